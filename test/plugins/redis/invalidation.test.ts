/** What others change is gone from the near cache. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { KeySpace } from "@stockpile/plugin-redis";
import type { EntryKey } from "../../../src/contract/backend.js";
import { timely, tooLong } from "../../support/timely.js";
import { until } from "../../support/until.js";
import { at } from "../support/entries.js";
import { HostProcess } from "./host-process.js";
import { openCache } from "./open-cache.js";
import { callFor, entry, openDirect } from "./open-direct.js";
import type { Opened } from "./open-direct.js";
import type { RedisProcess } from "./redis-process.js";
import { RedisCluster } from "./start-cluster.js";
import { startServer } from "./start-server.js";

/** Within which a delete is to be seen by another host's near cache, at the 95th percentile, in ms. */
const LIMIT_MS = 100;
const DELETES = 40;

let server: RedisProcess;

test.before(async () => {
  server = await startServer();
});

test.after.always(() => server?.stop());

/** Waits until a key is said to have been changed. */
async function hears({ invalidations }: Opened, key: EntryKey): Promise<void> {
  await until(`word of ${key.key}`, () => isTold(invalidations, key));
}

function isTold(invalidations: Opened["invalidations"], { category, key }: EntryKey): boolean {
  return invalidations.some(
    (keys) => keys !== "all" && keys.some((each) => each.category === category && each.key === key),
  );
}

for (const mode of ["one server", "cluster"] as const) {
  test.serial(`${mode}: a delete in one host process is seen by another's near cache in time`, async (t) => {
    const parameters =
      mode === "cluster" ? { cluster: { nodes: await startCluster(t) } } : { url: server.url, prefix: "two" };
    const config = {
      plugins: {
        redis: {
          module: import.meta.resolve("@stockpile/plugin-redis"),
          startup: "required",
          limits: { start: "15s", call: "5s" },
        },
      },
      storage: { plugin: "redis", parameters },
    };
    await timely(t, async () => {
      const keys = Array.from({ length: DELETES }, (_, index) => `key ${index}`);
      const [one, other] = await Promise.all([
        HostProcess.start(t, config, keys),
        HostProcess.start(t, config),
      ]);
      await other.do({ kind: "read", keys });
      const tookMs: number[] = [];
      for (const key of keys) {
        const watching = other.do({ kind: "watch", key });
        const { atMs: deletedAt } = await one.do({ kind: "delete", key });
        tookMs.push((await watching).atMs - deletedAt);
      }
      const sorted = tookMs.toSorted((a, b) => a - b);
      const [p50 = NaN, p95 = NaN] = [0.5, 0.95].map((share) => sorted[Math.floor(sorted.length * share)]);
      t.log(`${DELETES} deletes: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
      t.deepEqual(await Promise.all([one.end(), other.end()]), [0, 0]);
      return tooLong("the 95th percentile", p95, LIMIT_MS);
    });
  });
}

async function startCluster(t: ExecutionContext): Promise<string[]> {
  const cluster = await RedisCluster.start();
  t.teardown(() => cluster.stop());
  return cluster.addresses;
}

test.serial("puts, purges and clears of another host are told, and one's own are not", async (t) => {
  const [one, other] = await Promise.all([
    openDirect(t, { url: server.url, prefix: "own" }),
    openDirect(t, { url: server.url, prefix: "own" }),
  ]);
  const keys = ["put", "putMany", "purged", "purgedMany", "cleared"].map((key) => at(key));
  const [put, putMany, purged, purgedMany, cleared] = keys as [
    EntryKey,
    EntryKey,
    EntryKey,
    EntryKey,
    EntryKey,
  ];
  for (const key of keys) await one.backend.put(key, entry("x"), callFor());
  for (const key of keys) await hears(other, key);
  other.invalidations.length = 0;
  await one.backend.put(put, entry("y"), callFor());
  await hears(other, put);
  await one.backend.putMany([[putMany, entry("y")]], callFor());
  await hears(other, putMany);
  await one.backend.purge(purged, callFor());
  await hears(other, purged);
  await one.backend.purgeMany([purgedMany], callFor());
  await hears(other, purgedMany);
  await one.backend.clear("player", callFor());
  await hears(other, cleared);
  t.deepEqual(one.invalidations, ["all"], "but for the beginning");
});

test.serial("a change that follows one's own of the same key at once is told", async (t) => {
  const [one, other] = await Promise.all([
    openDirect(t, { url: server.url, prefix: "race" }),
    openDirect(t, { url: server.url, prefix: "race" }),
  ]);
  for (let round = 0; round < 50; round += 1) {
    const key = at(`${round}`);
    await Promise.all([
      one.backend.put(key, entry("one"), callFor()),
      other.backend.put(key, entry("other"), callFor()),
    ]);
    // Whoever came first is told of the other.
    await until("word of it", () => isTold(one.invalidations, key) || isTold(other.invalidations, key));
    const { value = new Uint8Array() } = (await one.backend.get(key, callFor())) ?? {};
    const loser = Buffer.from(value).toString() === "one" ? other : one;
    await hears(loser, key);
  }
  t.pass();
});

test.serial("whoever changes an entry is heard of, by whatever means", async (t) => {
  const opened = await openDirect(t, { url: server.url, prefix: "means" });
  const { backend, invalidations } = opened;
  const space = new KeySpace("means");
  const keys = Array.from({ length: 5 }, (_, index) => at(`${index}`));
  await backend.putMany(
    keys.map((key) => [key, entry("x")] as const),
    callFor(),
  );
  const [deleted, renamed, expired, scripted] = keys as [EntryKey, EntryKey, EntryKey, EntryKey];
  await server.command("del", space.nameOf(deleted));
  await hears(opened, deleted);
  await server.command("rename", space.nameOf(renamed), "elsewhere");
  await hears(opened, renamed);
  await server.command("pexpire", space.nameOf(expired), 1);
  await hears(opened, expired);
  await server.command("eval", "return redis.call('set', KEYS[1], 'x')", 1, space.nameOf(scripted));
  await hears(opened, scripted);
  await server.command("set", "means", "of another name");
  await server.command("set", "meansx::player:1", "of another prefix");
  t.true(
    invalidations.every((told) => told === "all" || told.every(({ category }) => category === "player")),
  );
  invalidations.length = 0;
  await server.command("flushall");
  await until("word of all", () => invalidations.includes("all"));
});

test.serial(
  "an entry that Redis drops at its time, or for want of room, is told like any other change",
  async (t) => {
    const opened = await openDirect(t, { url: server.url, prefix: "drop" });
    await opened.backend.put(at("expiring"), entry("x", Date.now() + 50), callFor());
    await hears(opened, at("expiring"));
    await server.command("config", "set", "maxmemory-policy", "allkeys-lru");
    await opened.backend.put(at("evicted"), entry("x"), callFor());
    await server.command("config", "set", "maxmemory", "1");
    await server.command("get", "anything");
    await hears(opened, at("evicted"));
    await server.command("config", "set", "maxmemory", "0");
    await server.command("config", "set", "maxmemory-policy", "noeviction");
    t.pass();
  },
);

test.serial(
  "a lost connection of the subscriber alone evicts everything once there is another",
  async (t) => {
    const { invalidations, lines, backend } = await openDirect(t, { url: server.url, prefix: "subscriber" });
    invalidations.length = 0;
    await server.command("client", "kill", "type", "pubsub");
    await until("word of all", () => invalidations.includes("all"));
    t.is(lines.length, 2, "one line for its end and one for its return");
    await backend.ping(callFor());
    const other = await openDirect(t, { url: server.url, prefix: "subscriber" });
    await other.backend.put(at("a"), entry("x"), callFor());
    await until("word of it", () => isTold(invalidations, at("a")));
  },
);

test.serial("two caches of one host, as two lives are, hear of each other's changes", async (t) => {
  const parameters = { url: server.url, prefix: "lives" };
  const [one, other] = [await openCache(t, parameters), await openCache(t, parameters)];
  await one.near.set("a", "stored");
  t.is(await other.near.get("a"), "stored");
  await one.near.set("a", "newer");
  await until("the other to forget it", () => other.near.peek("a") === undefined);
  t.is(await other.near.get("a"), "newer");
  t.is(one.near.peek("a"), "newer", "one's own stays");
});

test.serial('with "invalidate": false nothing is heard, and no second connection is made', async (t) => {
  const quiet = await startServer();
  t.teardown(() => quiet.stop());
  const { invalidations, backend } = await openDirect(t, { url: quiet.url, invalidate: false });
  await backend.put(at("a"), entry("x"), callFor());
  await quiet.command("flushall");
  const clients = String(await quiet.command("client", "list", "type", "pubsub"));
  t.deepEqual([clients, invalidations], ["", []]);
});
