/** A server on a free loopback port, closed when the test ends. */
import type { ExecutionContext } from "ava";

import { startServer } from "../../src/server/main.js";
import type { RunningServer, ServerOptions } from "../../src/server/main.js";

const CONFIG = {
  storage: { plugin: "memory", parameters: {} },
  categories: { player: {}, page: { ttl: "1h" } },
  server: { openWrites: true },
};

export async function openServer(
  t: ExecutionContext,
  options: Partial<ServerOptions> = {},
): Promise<RunningServer> {
  const server = await startServer({ config: CONFIG, port: 0, ...options });
  t.teardown(() => server.close());
  return server;
}

/** The usual configuration with another "server" section. */
export function withServerSection(server: object): object {
  return { ...CONFIG, server: { ...CONFIG.server, ...server } };
}
