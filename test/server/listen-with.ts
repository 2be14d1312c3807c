/** An app on a free loopback port, until the test ends. */
import type { ExecutionContext } from "ava";
import type { Hono } from "hono";
import { pino } from "pino";

import { HttpListener } from "../../src/server/http-listener.js";
import type { HttpListenerOptions } from "../../src/server/http-listener.js";
import type { ServerEnv } from "../../src/server/server-env.js";

export const LISTENER_OPTIONS: HttpListenerOptions = {
  logger: pino({ level: "silent" }),
  maxConnections: 100,
  maxBodyBytes: 1000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  ownsGlobals: false,
};

export async function listenWith(
  t: ExecutionContext,
  app: Hono<ServerEnv>,
  options: Partial<HttpListenerOptions> = {},
): Promise<{ url: string; listener: HttpListener }> {
  const listener = new HttpListener(app, { ...LISTENER_OPTIONS, ...options });
  const { port } = await listener.listen("127.0.0.1", 0);
  t.teardown(() => listener.close(0));
  return { url: `http://127.0.0.1:${port}`, listener };
}
