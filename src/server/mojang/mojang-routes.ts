import { Hono } from "hono";
import type { Context } from "hono";
import type { Logger } from "pino";

import { HttpError } from "../http-error.js";
import { rawPath } from "../request-url.js";
import type { ServerEnv } from "../server-env.js";
import { mojangErrorResponse } from "./mojang-error.js";
import type { MojangResource } from "./mojang-resource.js";

export interface MojangRoutesOptions {
  readonly logger: Logger;
  /** True once the server has begun to stop. */
  readonly isClosing: () => boolean;
}

/** Named where a route is not found. */
export const MOJANG_ROUTES: string =
  "GET /users/profiles/minecraft/<name>, /minecraft/profile/lookup/name/<name>, /minecraft/profile/lookup/<id>, " +
  "/session/minecraft/profile/<id>, /session/minecraft/hasJoined, /user/profiles/<id>/names, /blockedservers, " +
  "/publickeys and /minecraft/client, and POST /profiles/minecraft and /minecraft/profile/lookup/bulk/byname";

/** Answers a request by one of the resource's methods. */
type Answer = (resource: MojangResource, c: Context<ServerEnv>) => Response | Promise<Response>;

const name: Answer = (resource, c) => resource.profileIdByName(c);
const names: Answer = (resource, c) => resource.profileIdsByName(c);

/** An empty name or id is routed too: it is a wrong one, and no unknown route. */
const ENDPOINTS: readonly (readonly [method: "get" | "post", path: string, answer: Answer])[] = [
  ["get", "/users/profiles/minecraft/:name{[^/]*}", name],
  ["get", "/minecraft/profile/lookup/name/:name{[^/]*}", name],
  ["get", "/minecraft/profile/lookup/:id{[^/]*}", (resource, c) => resource.profileIdById(c)],
  ["post", "/profiles/minecraft", names],
  ["post", "/minecraft/profile/lookup/bulk/byname", names],
  ["get", "/session/minecraft/profile/:id{[^/]*}", (resource, c) => resource.profile(c)],
  ["get", "/session/minecraft/hasJoined", (resource, c) => resource.hasJoined(c)],
  ["get", "/user/profiles/:id{[^/]*}/names", (resource, c) => resource.nameHistory(c)],
  ["get", "/blockedservers", (resource, c) => resource.blockedServers(c)],
  ["get", "/publickeys", (resource, c) => resource.publicKeys(c)],
  ["get", "/minecraft/client", (resource, c) => resource.discovery(c)],
];

/** The routes of Mojang's services, whose errors have the form of Mojang's. */
export function mojangRoutes(
  resource: MojangResource,
  { logger, isClosing }: MojangRoutesOptions,
): Hono<ServerEnv> {
  const routes = new Hono<ServerEnv>({ getPath: rawPath });
  for (const [method, path, answer] of ENDPOINTS) {
    routes[method](path, (c) => {
      if (isClosing())
        throw new HttpError(503, "STOCKPILE_CLOSED", "Cannot serve request: the server is stopping");
      return answer(resource, c);
    });
  }
  routes.onError((error, c) => {
    const { status, headers, body } = mojangErrorResponse(error, c.req.path);
    // Mojang that fails is no fault of the server's, and is told of by the health of its budget.
    if (status === 500) logger.error({ err: error }, "Cannot serve request");
    return c.json(body, status, { ...headers });
  });
  return routes;
}
