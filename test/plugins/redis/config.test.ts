/** The configuration that is shipped for a server with Redis. */
import { fileURLToPath } from "node:url";
import test from "ava";
import { metadata, parseParameters } from "@stockpile/plugin-redis";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { serverConfigSchema } from "../../../src/server/server-config.js";

const FILE = fileURLToPath(new URL("../../../../config/redis.json", import.meta.url));

test("config/redis.json is right, and its parameters are those of the plugin", async (t) => {
  const { storage } = await loadConfig(FILE, {
    env: { REDIS_PASSWORD: "geheim", STOCKPILE_TOKEN: "0123456789abcdef" },
    serverSchema: serverConfigSchema,
  });
  t.is(storage.plugin, "redis");
  const { target, password, prefix } = parseParameters(storage.parameters);
  t.deepEqual([target.mode, password, prefix], ["standalone", "geheim", "stockpile"]);
});

test("metadata names the plugin", (t) => {
  t.is(metadata.name, "Redis");
  t.not(metadata.native, true, "it runs in a thread by default");
});
