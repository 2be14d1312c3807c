/** The plugin keeps the contract with an adapter that calls a server: @keyv/redis. */
import test from "ava";
import { testBackend } from "@stockpile/core/testing";
import { redisAt } from "./adapters.js";
import { startRedis } from "./start-redis.js";

const redis = await startRedis();
test.after.always(() => redis.stop());

let stores = 0;

testBackend({
  test: (title, run) =>
    test.serial(title, async (t) => {
      await run();
      t.pass();
    }),
  plugin: new URL(import.meta.resolve("@stockpile/plugin-keyv")),
  // A namespace is a store of its own: what others have in the same database is not to be seen.
  parameters: () => redisAt(redis.url, `store-${(stores += 1)}`),
});
