/** Lets pages of other sites use the server, those alone that the configuration lists. */
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

import type { ServerEnv } from "./server-env.js";

/** For how long a browser may remember that it has asked, in seconds: the longest that all of them take. */
const MAX_AGE_SECONDS = 7_200;

/**
 * Answers preflights, and allows pages of `origins` to read answers. No credentials of a browser's: the token is sent by
 * the page itself, or not at all.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler<ServerEnv> {
  return cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD", "PUT", "POST", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "Last-Event-ID"],
    exposeHeaders: [
      "Age",
      "Cache-Status",
      "Retry-After",
      "X-Stockpile-Source",
      "X-Stockpile-Stale",
      "X-Stockpile-Upstream",
    ],
    maxAge: MAX_AGE_SECONDS,
  });
}
