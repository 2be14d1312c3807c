import type { Context } from "hono";

import { readBody } from "../read-body.js";
import type { ReadBodyOptions } from "../read-body.js";
import type { ServerEnv } from "../server-env.js";
import { MojangHttpError } from "./mojang-error.js";

/**
 * The names in the body of a request for several. Those that are no names are among them.
 * @param options as of `readBody`.
 * @throws {MojangHttpError} as Mojang refuses it, but for its limit of ten.
 * @throws {HttpError} 413: the body is larger than it may be.
 */
export async function readNames(
  c: Context<ServerEnv>,
  maxBytes: number,
  { onChunk }: Required<Pick<ReadBodyOptions, "onChunk">>,
): Promise<string[]> {
  const contentType = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (contentType !== "application/json")
    throw new MojangHttpError(415, "Expected content type application/json", "UNSUPPORTED_MEDIA_TYPE");
  const names = parse(await readBody(c, maxBytes, { setting: "mojang.maxBulkBytes", onChunk }));
  if (names.length === 0) throw violation("getProfileName.profileNames: must not be empty");
  return names;
}

function parse(bytes: Uint8Array): string[] {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw violation("getProfileName.profileNames: expected JSON");
  }
  if (!Array.isArray(body) || !body.every((name) => typeof name === "string"))
    throw violation("getProfileName.profileNames: expected an array of names");
  return body;
}

function violation(message: string): MojangHttpError {
  return new MojangHttpError(400, message, "CONSTRAINT_VIOLATION");
}
