import { CommanderError, InvalidArgumentError, Option } from "commander";

/** The server's defaults, written once more so that help need not load the server; a test compares them. */
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 36_623;
const DEFAULT_SERVER = `http://${DEFAULT_HOST}:${DEFAULT_PORT}`;

/** What a command that asks a server is told. */
export interface RemoteOptions {
  readonly server: URL;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** `--server`, of every command that asks a server. */
export function serverOption(): Option {
  return new Option("--server <url>", "address of the server")
    .argParser(parseServerUrl)
    .default(new URL(DEFAULT_SERVER));
}

/** `--token-file`, of every command that changes something. No `--token`: everybody on a machine sees its command lines. */
export function tokenFileOption(): Option {
  return new Option("--token-file <path>", "file with the server's token (default: $STOCKPILE_TOKEN)");
}

function parseServerUrl(text: string): URL {
  if (text.includes("@")) refuseCredentials();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if ((url?.protocol === "http:" || url?.protocol === "https:") && isAddress(url)) return url;
  throw new InvalidArgumentError(`Expected an http or https URL without a path, as in ${DEFAULT_SERVER}.`);
}

/** Whether it has nothing after the port: gRPC has no place for a path, and dropping one asks another server. */
function isAddress({ pathname, search, hash }: URL): boolean {
  return `${pathname}${search}${hash}` === "/";
}

/** Not an InvalidArgumentError: with those Commander shows what it has received, and here that is a password. */
function refuseCredentials(): never {
  const message =
    "error: option '--server <url>' takes no name and no password: expected a URL without \"@\"";
  process.stderr.write(`${message}\n`);
  throw new CommanderError(1, "stockpile.credentials", message);
}
