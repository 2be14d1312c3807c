import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

import type { ServerEnv } from "../server-env.js";

/** For a path that no route has, whatever it is. */
const UNMATCHED = "unmatched";
/** hono's parameter, with the pattern of what it takes. */
const PARAMETER = /:(\w+)(?:\{[^}]*\})?/g;

/** The route of a request for a label, as the OpenAPI document writes it: `/cache/{category}/{key}`. */
export function routeLabel(c: Context<ServerEnv>): string {
  // Middleware, and what catches the rest, is there for any method.
  const route = matchedRoutes(c).findLast(({ method }) => method !== "ALL");
  return route?.path.replaceAll(PARAMETER, "{$1}") ?? UNMATCHED;
}
