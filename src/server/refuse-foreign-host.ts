/** Keeps web pages away from a server that only this machine can reach. */
import type { MiddlewareHandler } from "hono";

import { HttpError } from "./http-error.js";
import { isLoopbackHostHeader } from "./loopback.js";
import type { ServerEnv } from "./server-env.js";

/**
 * A web page can point a name of its own at 127.0.0.1 and then, same origin to the browser, use a server that
 * listens there for its user alone (DNS rebinding); the `Host` header still carries that name. The middleware throws
 * an {@link HttpError} 421 for it while `isLoopbackOnly()`.
 */
export function refuseForeignHost(isLoopbackOnly: () => boolean): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const host = c.req.header("host");
    // Only an HTTP/1.0 client, never a browser, sends none.
    if (isLoopbackOnly() && host !== undefined && !isLoopbackHostHeader(host)) {
      throw new HttpError(
        421,
        "STOCKPILE_HOST_REFUSED",
        `Cannot serve host "${host.slice(0, 255)}": expected localhost, 127.0.0.1 or [::1], as this server listens on a loopback address`,
      );
    }
    await next();
  };
}
