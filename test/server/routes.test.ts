/** What the routes answer while the server stops, when hardly a request can still arrive. */
import test from "ava";
import type { ExecutionContext } from "ava";

import { Stockpile, systemClock } from "../../src/host/main.js";
import { CacheResource } from "../../src/server/cache-resource.js";
import { CategoryPool } from "../../src/server/category-pool.js";
import { HealthResource } from "../../src/server/health-resource.js";
import type { HttpRequest } from "../../src/server/http-message.js";
import { createRoutes } from "../../src/server/routes.js";

function get(target: string): HttpRequest {
  return { method: "GET", target, headers: {}, readBody: () => Promise.resolve(new Uint8Array()) };
}

async function closingRoutes(t: ExecutionContext): Promise<ReturnType<typeof createRoutes>> {
  const stockpile = await Stockpile.open({ storage: { plugin: "memory" } });
  t.teardown(() => stockpile.close());
  const categories = new CategoryPool(stockpile, new Set(), 10);
  return createRoutes({
    cache: new CacheResource({ categories, clock: systemClock, maxBodyBytes: 1000 }),
    health: new HealthResource(stockpile, () => true),
    isClosing: () => true,
    isLoopbackOnly: () => true,
  });
}

test("a server that stops is alive and not ready, and still tells its health", async (t) => {
  const handle = await closingRoutes(t);
  t.is((await handle(get("/livez"))).status, 200);
  t.is((await handle(get("/health"))).status, 200);
  const ready = await handle(get("/readyz"));
  t.is(ready.status, 503);
  t.deepEqual(JSON.parse(String(ready.body)), { status: "closing" });
});

test("a server that stops does not serve the cache any more", async (t) => {
  const handle = await closingRoutes(t);
  await t.throwsAsync(handle(get("/cache/player/x")), { name: "HttpError", code: "STOCKPILE_CLOSED" });
});

test("a request without Host, as HTTP/1.0 allows, is served on a loopback address", async (t) => {
  const handle = await closingRoutes(t);
  t.is((await handle(get("/livez"))).status, 200);
});
