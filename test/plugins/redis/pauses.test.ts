/** A server that keeps its connections and answers nothing, seen by the backend alone, and by the host that starts. */
import test from "ava";
import { Stockpile } from "../../../src/host/main.js";
import { until } from "../../support/until.js";
import { at } from "../support/entries.js";
import { callFor, entry, openDirect, textOf } from "./open-direct.js";
import { RedisProxy } from "./redis-proxy.js";
import { RedisCluster } from "./start-cluster.js";
import { startServer } from "./start-server.js";

test.serial(
  "every call settles by its deadline while the server is paused, and memory does not grow with them",
  async (t) => {
    const server = await startServer();
    t.teardown(() => server.stop());
    const { backend } = await openDirect(t, { url: server.url });
    await backend.put(at("a"), entry("x"), callFor());
    server.pause();
    const value = new Uint8Array(1024 * 1024);
    const codes = new Map<unknown, number>();
    let latestMs = 0;
    for (let round = 0; round < 3; round += 1) {
      const deadline = callFor(100);
      const calls = [
        ...Array.from({ length: 40 }, (_, index) => backend.put(at(`${index}`), { value }, deadline)),
        ...Array.from({ length: 6000 }, () => backend.get(at("a"), deadline)),
        backend.ping(deadline),
        backend.scan({ category: "player", limit: 10 }, deadline),
        backend.clear("player", deadline),
      ];
      const began = performance.now();
      for (const end of await Promise.allSettled(calls)) {
        const code = end.status === "rejected" ? (end.reason as { code?: unknown }).code : "none";
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      latestMs = Math.max(latestMs, performance.now() - began);
    }
    t.log(`the last of them after ${latestMs.toFixed()} ms of 100; ${JSON.stringify([...codes])}`);
    t.deepEqual([...codes.keys()].map(String).toSorted(), ["REDIS_FULL", "REDIS_LATE"]);
    server.resume();
    // It is answered when everything sent before it has been.
    await backend.ping(callFor());
    await backend.put(at("b"), entry("y"), callFor());
    t.is(await textOf(backend, at("b")), "y");
  },
);

test.serial(
  "a connection that owes answers for too long is given up, and another one is used once the server goes on",
  async (t) => {
    const server = await startServer();
    t.teardown(() => server.stop());
    const { backend, invalidations, lines } = await openDirect(t, { url: server.url, answerTimeoutMs: 200 });
    await backend.put(at("a"), entry("x"), callFor());
    server.pause();
    await t.throwsAsync(backend.get(at("a"), callFor(50)), { code: "REDIS_LATE" });
    await until("the connection to be given up", () => lines.length > 0);
    await t.throwsAsync(backend.get(at("a"), callFor()), { code: "REDIS_DOWN" });
    server.resume();
    await until("another connection", () => lines.length > 1 && invalidations.length > 1);
    t.is(await textOf(backend, at("a")), "x");
    t.deepEqual(invalidations, ["all", "all"]);
    t.is(lines.length, 2, "one line for its end and one for its return");
  },
);

test.serial(
  "a write that was given up with its connection never replaces a newer one, however late it arrives",
  async (t) => {
    const server = await startServer();
    const proxy = await RedisProxy.open(server.port);
    t.teardown(async () => {
      await proxy.close();
      await server.stop();
    });
    const { backend, lines } = await openDirect(t, { url: proxy.url, answerTimeoutMs: 150 });
    await backend.put(at("a"), entry("first"), callFor());
    proxy.hold();
    await t.throwsAsync(backend.put(at("a"), entry("old"), callFor(50)), { code: "REDIS_LATE" });
    await until("another connection", () => lines.length > 1);
    await backend.put(at("a"), entry("new"), callFor());
    await proxy.release();
    await new Promise((resolve) => setTimeout(resolve, 100));
    t.is(await textOf(backend, at("a")), "new");
  },
);

test.serial("a server that is paused as the host starts keeps it from nothing", async (t) => {
  const server = await startServer();
  t.teardown(() => server.stop());
  server.pause();
  const stockpile = await Stockpile.open({
    plugins: {
      redis: {
        module: import.meta.resolve("@stockpile/plugin-redis"),
        startup: "required",
        limits: { start: "10s" },
      },
    },
    // No less than the start's limit, as by default; both are twice that, for a machine under load.
    storage: { plugin: "redis", parameters: { url: server.url, answerTimeoutMs: 10_000 } },
    near: false,
    categories: { strict: { onReadError: "throw", onWriteError: "throw" } },
  });
  t.teardown(() => stockpile.close());
  const [strict, lenient] = [stockpile.category<string>("strict"), stockpile.category<string>("lenient")];
  await t.throwsAsync(strict.get("a"));
  await lenient.set("a", "stored meanwhile");
  server.resume();
  await until("the queued write to be done", () => {
    const [redis] = stockpile.health().plugins;
    return redis?.backends.every(({ queuedWrites }) => queuedWrites === 0);
  });
  t.like(await lenient.lookup("a"), { value: "stored meanwhile", source: "backend" });
  t.is(stockpile.health().plugins[0]?.restarts, 0);
});

test.serial("a cluster of which a master is paused opens, and is used once that goes on", async (t) => {
  const cluster = await RedisCluster.start();
  t.teardown(() => cluster.stop());
  cluster.masters[0]?.pause();
  const began = performance.now();
  const { backend } = await openDirect(t, {
    cluster: { nodes: cluster.addresses },
    connectTimeoutMs: 500,
  });
  const tookMs = performance.now() - began;
  t.log(`open after ${tookMs.toFixed()} ms`);
  t.true(tookMs < 2500);
  cluster.masters[0]?.resume();
  await cluster.isWhole();
  await backend.put(at("a"), entry("x"), callFor());
  t.is(await textOf(backend, at("a")), "x");
});
