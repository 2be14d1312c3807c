/** Lets through only who knows the token: everything that changes something, and what may hold a secret, is behind this. */
import type { MiddlewareHandler } from "hono";
import { createHash, timingSafeEqual } from "node:crypto";

import { HttpError } from "./http-error.js";
import type { ServerEnv } from "./server-env.js";

/** The scheme's name in any case, then the token (RFC 6750, section 2.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/**
 * Throws an {@link HttpError} before anything of the request is looked at: 403 where no token is configured, 401 where
 * the request has none or another.
 * @param token the one that holds at the time of the request; `undefined`: none is configured.
 * @param deed What is refused, for the message.
 */
export function requireToken(
  token: () => string | undefined,
  deed: string = "change anything",
): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    checkToken(token(), c.req.header("authorization"), deed);
    await next();
  };
}

function checkToken(expected: string | undefined, header: string | undefined, deed: string): void {
  if (expected === undefined) {
    throw new HttpError(
      403,
      "STOCKPILE_CONTROL_DISABLED",
      `Cannot ${deed}: this server has no token; say "token": "\${env:STOCKPILE_TOKEN}" in the "server" section of its configuration`,
    );
  }
  const [, received] = BEARER.exec(header ?? "") ?? [];
  if (received === undefined) throw unauthorized(deed, "expected Authorization: Bearer <token>", "Bearer");
  if (!isSame(received, expected)) {
    throw unauthorized(deed, "the token is not this server's", 'Bearer error="invalid_token"');
  }
}

/** Takes as long for any two: of the hashes, so that not even the length of the token shows in the time. */
function isSame(received: string, expected: string): boolean {
  return timingSafeEqual(sha256(received), sha256(expected));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function unauthorized(deed: string, reason: string, challenge: string): HttpError {
  return new HttpError(401, "STOCKPILE_TOKEN_REQUIRED", `Cannot ${deed} without the token: ${reason}`, {
    headers: { "www-authenticate": challenge },
  });
}
