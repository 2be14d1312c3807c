/** What a resource holds for clients that do not take their answer. */
import type { HttpBindings } from "@hono/node-server";
import test from "ava";
import { Hono } from "hono";
import { EventEmitter } from "node:events";

import { Stockpile, systemClock } from "../../src/host/main.js";
import { CacheResource } from "../../src/server/cache-resource.js";
import { CategoryPool } from "../../src/server/category-pool.js";
import { HttpError } from "../../src/server/http-error.js";
import type { ServerEnv } from "../../src/server/server-env.js";

test("values that their clients do not take are bounded, and room comes back as they are taken", async (t) => {
  const stockpile = await Stockpile.open({ storage: { plugin: "memory" } });
  t.teardown(() => stockpile.close());
  const categories = new CategoryPool(stockpile, 1);
  await categories.get("player").set("x", { contentType: "text/plain", body: Buffer.alloc(1_000) });
  const cache = new CacheResource({ categories, clock: systemClock, maxBodyBytes: 1_000 });
  const app = new Hono<ServerEnv>();
  app.get("/cache/:category/:key", (c) => cache.get(c));
  app.onError((error, c) => c.text(error.message, error instanceof HttpError ? error.status : 500));
  const get = async (reply: EventEmitter, method = "GET"): Promise<number> => {
    // Only the end of the response, and of its connection, is looked at.
    Object.assign(reply, { req: { socket: new EventEmitter() } });
    const env = { outgoing: reply } as unknown as HttpBindings;
    return (await app.request("/cache/player/x", { method }, env)).status;
  };

  const replies = Array.from({ length: 64 }, () => new EventEmitter());
  for (const reply of replies) t.is(await get(reply), 200);
  t.is(await get(new EventEmitter()), 503);
  t.is(await get(new EventEmitter(), "HEAD"), 200, "it takes no value");
  replies[0]?.emit("close");
  t.is(await get(new EventEmitter()), 200);
  t.is(await get(new EventEmitter()), 503);
  for (const reply of replies.slice(1)) reply.emit("close");
  t.is(await get(new EventEmitter()), 200);
});
