/** Asks a server for its health. */
import { z } from "zod";

import type { ListedPlugin } from "./plugin-table.js";

/** How long the server may take: its health never waits for anything. */
const TIMEOUT_MS = 5_000;
/** Of the answer: thousands of plugins. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The part of the server's health that is used here; what else there is, is kept as it came. */
const healthSchema = z.looseObject({
  at: z.number(),
  plugins: z.array(
    z.looseObject({
      name: z.string(),
      metadata: z
        .looseObject({
          name: z.string(),
          version: z.string(),
          authors: z.array(z.string()).optional(),
          website: z.string().optional(),
        })
        .optional(),
      isolation: z.string().optional(),
      state: z.string(),
      lives: z.number(),
      restarts: z.number(),
      backends: z.array(z.looseObject({ openFailure: z.string().optional() })).optional(),
      lastFailure: z.looseObject({ at: z.number(), kind: z.string(), message: z.string() }).optional(),
    }),
  ),
});

/** A server's health as far as it is used here. */
export interface ServerHealth {
  readonly at: number;
  readonly plugins: readonly ListedPlugin[];
}

/**
 * Gets `/health` of the server, whether it is well or down.
 * @throws {Error} it cannot be reached, does not answer in time, or is none of Stockpile's.
 */
export async function fetchHealth(server: URL): Promise<ServerHealth> {
  const url = new URL("/health", server);
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    text = await readText(response);
  } catch (error) {
    throw new Error(`Cannot reach a server at ${server.origin}: ${reasonOf(error)}`, { cause: error });
  }
  const health = healthSchema.safeParse(tryJson(text));
  if (!health.success) {
    throw new Error(`Cannot read the answer of ${url.href}: expected the health of a Stockpile server`);
  }
  return health.data;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever else answers there; the caller says what was expected.
    return undefined;
  }
}

/** `fetch` says "fetch failed" and hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  if ("code" in cause && cause.code === "ECONNREFUSED") {
    return 'nothing listens there: start one with "stockpile server", or name another with --server';
  }
  return cause.message;
}
