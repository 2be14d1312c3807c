import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import type { Logger } from "pino";

import { rawPath } from "../request-url.js";
import type { ServerEnv } from "../server-env.js";
import { LegacyError, legacyErrorResponse } from "./legacy-error.js";
import type { LegacyResource } from "./legacy-resource.js";

export interface LegacyRoutesOptions {
  readonly logger: Logger;
  /** Lets those through who may change something. */
  readonly guardWrite: MiddlewareHandler<ServerEnv>;
  /** True once the server has begun to stop. */
  readonly isClosing: () => boolean;
}

/**
 * The routes of /v1. Errors are text, and what there is no route for is a 404 by any method, as it was. There is no
 * `/v1/shutdown`: whoever could reach the server could end it.
 */
export function legacyRoutes(
  resource: LegacyResource,
  { logger, guardWrite, isClosing }: LegacyRoutesOptions,
): Hono<ServerEnv> {
  const routes = new Hono<ServerEnv>({ getPath: rawPath });
  routes.use("/v1/*", async (_c, next) => {
    if (isClosing()) throw new LegacyError(503, "service unavailable");
    await next();
  });
  routes.get("/v1", (c) => c.redirect("/v1/", 301));
  routes.get("/v1/", (c) => resource.index(c));
  routes.get("/v1/name/:subject", (c) => resource.name(c));
  routes.post("/v1/name", (c) => resource.name(c));
  routes.get("/v1/profile/:subject", (c) => resource.profile(c));
  routes.post("/v1/profile", (c) => resource.profile(c));
  routes.post("/v1/blacklist", (c) => resource.blacklist(c));
  routes.get("/v1/login", (c) => resource.login(c));
  for (const path of ["/v1/name", "/v1/name/:subject"])
    routes.delete(path, guardWrite, (c) => resource.forgetName(c));
  for (const path of ["/v1/profile", "/v1/profile/:subject"])
    routes.delete(path, guardWrite, (c) => resource.forgetProfile(c));
  // Thrown and not answered: the app would look for other methods of the path, and make it a 405.
  routes.all("/v1/*", () => {
    throw new LegacyError(404, "404 page not found");
  });
  routes.onError((error, c) => {
    const { status, headers, text, isOurFault } = legacyErrorResponse(error);
    if (isOurFault) logger.error({ err: error }, "Cannot serve request");
    return c.body(text, status, { ...headers, "content-type": "text/plain; charset=utf-8" });
  });
  return routes;
}
