/** Keeps pages of other sites from having a browser ask this server, even where they cannot read what it answers. */
import type { MiddlewareHandler } from "hono";

import { HttpError } from "./http-error.js";
import type { ServerEnv } from "./server-env.js";

/**
 * An image or a form of any page makes the browser of whoever looks at it send a request, also to a server that listens for
 * its user alone: it costs work, and of Mojang's budget. Browsers say where such a request comes from. The middleware throws
 * an {@link HttpError} 403 for one of another site, but for pages of `origins` and for somebody who follows a link.
 */
export function refuseCrossSite(origins: readonly string[]): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const isCrossSite = c.req.header("sec-fetch-site") === "cross-site";
    if (isCrossSite && !isLink(c.req.header("sec-fetch-mode"), c.req.header("sec-fetch-dest"))) {
      const origin = c.req.header("origin");
      if (origin === undefined || !origins.includes(origin)) throw refusal();
    }
    await next();
  };
}

/** Takes the place of the page itself, which therefore cannot do it over and over; a frame can. */
function isLink(mode: string | undefined, destination: string | undefined): boolean {
  return mode === "navigate" && destination === "document";
}

function refusal(): HttpError {
  return new HttpError(
    403,
    "STOCKPILE_SITE_REFUSED",
    'Cannot serve a page of another site: expected one that the configuration lists ("cors" in the "server" section)',
  );
}
