/** The plugin keeps the contract with an adapter that calls a server: @keyv/redis. */
import test from "ava";
import { testBackend } from "@stockpile/core/testing";
import { contractTest } from "../../support/contract-test.js";
import { startServer } from "../redis/start-server.js";
import { redisAt } from "./adapters.js";

const redis = await startServer();
test.after.always(() => redis.stop());

let stores = 0;

testBackend({
  test: contractTest,
  plugin: new URL(import.meta.resolve("@stockpile/plugin-keyv")),
  // A namespace is a store of its own: what others have in the same database is not to be seen.
  parameters: () => redisAt(redis.url, `store-${(stores += 1)}`),
});
