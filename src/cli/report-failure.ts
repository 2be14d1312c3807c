/** Tells a failure on stderr: its message, and with `STOCKPILE_DEBUG` set its stack and causes too. */
import { inspect } from "node:util";

/** Packages only the command needs: an embedder may do without them, so an install may too. */
const OPTIONAL_PACKAGES: readonly string[] = [
  "@grpc/grpc-js",
  "@grpc/proto-loader",
  "@hono/node-server",
  "cli-table3",
  "commander",
  "eventsource-parser",
  "hono",
  "pino-pretty",
  "prom-client",
];

/** Writes one line, or the list that a `ConfigError` is. */
export function reportFailure(error: unknown): void {
  const isDebugging = (process.env["STOCKPILE_DEBUG"] ?? "") !== "";
  process.stderr.write(`${isDebugging ? inspect(error) : describeFailure(error)}\n`);
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `Cannot go on: ${String(error)}`;
  const missing = missingPackage(error);
  if (missing !== undefined) {
    return `Cannot run the stockpile command: expected the optional package "${missing}" to be installed: run "npm install ${missing}" where @stockpile/core is installed`;
  }
  return error.message === "" ? error.name : error.message;
}

function missingPackage(error: NodeJS.ErrnoException): string | undefined {
  if (error.code !== "ERR_MODULE_NOT_FOUND") return undefined;
  return OPTIONAL_PACKAGES.find((name) => error.message.includes(`'${name}'`));
}
