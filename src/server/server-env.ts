/** What hono's handlers find in `c.env`. */
import type { HttpBindings } from "@hono/node-server";

/** Node's own request and response, as `incoming` and `outgoing`. */
export interface ServerEnv {
  Bindings: HttpBindings;
}
