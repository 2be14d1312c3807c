/** Keeps web pages away from a server that their visitor reaches, and they do not. */
import type { MiddlewareHandler } from "hono";

import { HttpError } from "./http-error.js";
import { isServedHost, SERVED_HOSTS } from "./is-served-host.js";
import { isLoopbackHostHeader } from "./loopback.js";
import type { ServerEnv } from "./server-env.js";

/** Which hosts {@link refuseForeignHost} lets through. */
export interface HostRules {
  /** Names, besides `localhost` and IP addresses; `undefined`: any host, unless {@link isLoopbackOnly}. */
  readonly hosts: readonly string[] | undefined;
  /** True when only this machine can reach the server: without `hosts` it is asked by its own names alone then. */
  readonly isLoopbackOnly: () => boolean;
}

/**
 * A web page can point a name of its own at an address that its visitor reaches, as 127.0.0.1, and then, same origin to
 * the browser, use a server that listens there (DNS rebinding); the `Host` header still carries that name. The middleware
 * throws an {@link HttpError} 421 for it.
 */
export function refuseForeignHost(rules: HostRules): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const host = c.req.header("host");
    // Only an HTTP/1.0 client, never a browser, sends none.
    const expected = host === undefined ? undefined : expectedInPlaceOf(host, rules);
    if (host !== undefined && expected !== undefined) {
      throw new HttpError(
        421,
        "STOCKPILE_HOST_REFUSED",
        `Cannot serve host "${host.slice(0, 255)}": expected ${expected}`,
      );
    }
    await next();
  };
}

/** `undefined`: it is served. */
function expectedInPlaceOf(host: string, { hosts, isLoopbackOnly }: HostRules): string | undefined {
  // The names themselves are nothing to tell a page that has come here by another.
  if (hosts !== undefined) return isServedHost(host, hosts) ? undefined : SERVED_HOSTS;
  if (!isLoopbackOnly() || isLoopbackHostHeader(host)) return undefined;
  return "localhost, 127.0.0.1 or [::1], as this server listens on a loopback address";
}
