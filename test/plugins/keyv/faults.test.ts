/** Adapters that lose their store, or share it, as the runtime runs them. */
import test from "ava";
import { leavesNothing } from "../../support/leaves-nothing.js";
import { startServer } from "../redis/start-server.js";
import { redisAt } from "./adapters.js";
import { open, valuesOf } from "./open-hosted.js";

leavesNothing(test);

test.serial("a Redis that goes away is an error, not a miss; when it is back, so is the cache", async (t) => {
  const redis = await startServer();
  t.teardown(() => redis.stop());
  const values = valuesOf(await open(t, redisAt(redis.url), { call: "1s" }));
  await values.set("a", "x");
  t.is(await values.get("a"), "x");
  await redis.kill();
  await t.throwsAsync(values.get("a"));
  await t.throwsAsync(values.set("b", "x"));
  await redis.run();
  let stored = false;
  for (let attempt = 0; !stored && attempt < 60; attempt += 1) {
    stored = await values.set("b", "y").then(
      () => true,
      () => new Promise<false>((resolve) => setTimeout(() => resolve(false), 250)),
    );
  }
  t.is(await values.get("b"), "y");
});

test.serial(
  "clear() of a category leaves other categories and what others have in the same Redis",
  async (t) => {
    const redis = await startServer();
    t.teardown(() => redis.stop());
    const stockpile = await open(t, redisAt(redis.url));
    const [values, kept] = [valuesOf(stockpile), valuesOf(stockpile, "kept")];
    await redis.command("SET", "theirs", "x");
    await redis.command("SET", "stockpile::theirs", "x");
    for (let index = 0; index < 100; index += 1) await values.set(`key ${index}`, "x");
    await kept.set("a", "x");
    await values.clear();
    t.is(await values.get("key 5"), undefined);
    t.is(await kept.get("a"), "x");
    t.is(await redis.command("DBSIZE"), 3);
  },
);

test.serial("entries expire in the store by themselves", async (t) => {
  const redis = await startServer();
  t.teardown(() => redis.stop());
  const stockpile = await open(t, redisAt(redis.url));
  const values = stockpile.category<string>("values", { near: false, ttl: "1h", grace: 0 });
  await values.set("a", "x");
  const ttlMs = Number(await redis.command("PTTL", "stockpile::stockpile:@values:a"));
  t.true(ttlMs > 3_500_000 && ttlMs <= 3_600_000, `${ttlMs} ms`);
});

test.serial(
  "an adapter that is not installed keeps the plugin from starting, and the message says what to do",
  async (t) => {
    await t.throwsAsync(open(t, { adapter: "keyv-of-nobody" }), {
      message: /npm install keyv-of-nobody/,
    });
  },
);
