/** Reading the body of a request, bounded. */
import type { Context } from "hono";

import { HttpError } from "./http-error.js";
import type { ServerEnv } from "./server-env.js";

/** What else {@link readBody} is told. */
export interface ReadBodyOptions {
  readonly setting?: string;
  readonly onChunk?: (bytes: number) => void;
}

/**
 * Reads the whole body; once only. hono's own `bodyLimit` would do, but makes a new request of a chunked body, which
 * works only where the application's global `Request` has been replaced.
 * @param options `setting`: what says so of the configuration, for messages. `onChunk`: called with the bytes of each piece
 * as it arrives; what it throws is thrown.
 * @throws {HttpError} 413: more than `maxBytes`. 400: the client went away.
 */
export async function readBody(
  c: Context<ServerEnv>,
  maxBytes: number,
  { setting, onChunk }: ReadBodyOptions = {},
): Promise<Uint8Array> {
  // Refused before the client has sent anything in vain.
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes, setting);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes, setting);
      onChunk?.(chunk.byteLength);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // The connection is gone: nobody will read this.
    throw new HttpError(400, "STOCKPILE_REQUEST_INVALID", "Cannot read body: the client went away", {
      cause: error,
    });
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(maxBytes: number, setting?: string): HttpError {
  const reason = setting === undefined ? "" : ` ("${setting}")`;
  const message = `Cannot take body: expected at most ${maxBytes} bytes${reason}`;
  return new HttpError(413, "STOCKPILE_VALUE_TOO_LARGE", message);
}
