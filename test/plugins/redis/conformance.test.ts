/** The contract, sentence by sentence, on a real server and on a real cluster. */
import test from "ava";
import { testBackend } from "@stockpile/core/testing";
import { contractTest } from "../../support/contract-test.js";
import { RedisCluster } from "./start-cluster.js";
import { startServer } from "./start-server.js";
import type { RedisProcess } from "./redis-process.js";

const PLUGIN = import.meta.resolve("@stockpile/plugin-redis");

let server: RedisProcess;
let cluster: RedisCluster;
let prefixes = 0;

test.before(async () => {
  [server, cluster] = await Promise.all([startServer(), RedisCluster.start()]);
});

test.after.always(async () => {
  await Promise.all([server?.stop(), cluster?.stop()]);
});

/** What nobody has used before. */
function freshPrefix(): string {
  prefixes += 1;
  return `test-${prefixes}`;
}

testBackend({
  test: (title, run) => contractTest(`one server, ${title}`, run),
  plugin: PLUGIN,
  parameters: () => ({ url: server.url, prefix: freshPrefix() }),
});

// What a plugin does that goes wrong it does in its thread, whatever is behind it: for that one server is enough.
testBackend({
  test: (title, run) => {
    if (!title.startsWith("faults: ")) contractTest(`cluster, ${title}`, run);
  },
  plugin: PLUGIN,
  parameters: () => ({ cluster: { nodes: cluster.addresses }, prefix: freshPrefix() }),
});
