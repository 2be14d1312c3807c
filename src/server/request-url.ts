/** The URL as the client wrote it: the `Request` has another, in which `.` and `..` are resolved, encoded or not. */
import type { MiddlewareHandler } from "hono";

import { HttpError } from "./http-error.js";
import type { ServerEnv } from "./server-env.js";

/**
 * Bytes a URL may have. The longest sensible one is a key of 1,024 bytes, each percent-encoded to three, behind a long
 * category name; Node's limit for all headers together (16 KiB) lies above it.
 */
export const MAX_URL_BYTES = 8192;

/** Visible ASCII without `#`, which ends what is sent of a URL. */
const PATH_AND_QUERY: RegExp = /^\/[\x21\x22\x24-\x7e]*$/;

/** The path, still percent-encoded: a slash in a key does not divide it. For hono's `getPath`. */
export function rawPath(_request: Request, options?: { env?: ServerEnv["Bindings"] }): string {
  return options?.env?.incoming.url?.split("?", 1)[0] ?? "";
}

/**
 * Lets through what every later step can decode.
 * @throws {HttpError} 414: longer than {@link MAX_URL_BYTES}. 400: not a path, or not percent-encoded UTF-8.
 */
export const checkUrl: MiddlewareHandler<ServerEnv> = async (c, next) => {
  const { url = "" } = c.env.incoming;
  if (url.length > MAX_URL_BYTES) {
    throw new HttpError(
      414,
      "STOCKPILE_URL_TOO_LONG",
      `Cannot use URL: expected at most ${MAX_URL_BYTES} bytes: received ${url.length}`,
    );
  }
  if (!PATH_AND_QUERY.test(url) || !isDecodable(c.req.path)) {
    throw new HttpError(
      400,
      "STOCKPILE_REQUEST_INVALID",
      `Cannot use URL: expected a path of percent-encoded UTF-8: received "${url.slice(0, 64)}"`,
    );
  }
  await next();
};

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    // A URIError: the only one there is.
    return false;
  }
}
