/** A master that goes, and a replica that takes over: behind Sentinels, and in a cluster. */
import { setTimeout as sleep } from "node:timers/promises";
import calculateSlot from "cluster-key-slot";
import test from "ava";
import type { ExecutionContext } from "ava";
import { KeySpace } from "@stockpile/plugin-redis";
import { leavesNothing } from "../../support/leaves-nothing.js";
import { until } from "../../support/until.js";
import { at } from "../support/entries.js";
import { CALL_LIMIT_MS, openCache } from "./open-cache.js";
import type { OpenedCache } from "./open-cache.js";
import { callFor, entry, openDirect, scanAll, textOf } from "./open-direct.js";
import type { RedisProcess } from "./redis-process.js";
import { RedisCluster } from "./start-cluster.js";
import { MASTER_NAME, SentinelSetup } from "./start-sentinels.js";
import { AnswerWatch } from "./watch-answers.js";

leavesNothing(test);

/** What a get may take beyond the limit of its call, in ms: a failover is not repeated because the machine was late. */
const MARGIN_MS = 250;

/** Has a master fail and sees that the cache goes on, in time and by itself. */
async function failOver(
  t: ExecutionContext,
  cache: OpenedCache,
  key: string,
  fail: () => Promise<void> | void,
): Promise<void> {
  const { lenient } = cache;
  await lenient.set(key, "stored");
  const watch = new AnswerWatch(lenient, key);
  await watch.backAgain();
  const failedAt = performance.now();
  await fail();
  await sleep(CALL_LIMIT_MS / 2);
  await lenient.set(`${key} meanwhile`, "meanwhile");
  await watch.backAgain();
  const backMs = performance.now() - failedAt;
  await watch.end();
  await until("the queue to be empty", () => queued(cache) === 0);
  await lenient.set(`${key} after`, "after");
  t.is((await lenient.lookup(`${key} after`)).source, "backend");
  t.deepEqual(watch.wrong, []);
  t.log(
    `${watch.gets} gets, the longest ${watch.longestMs.toFixed()} ms; from Redis again ${backMs.toFixed()} ms after the failure`,
  );
  t.true(watch.longestMs <= CALL_LIMIT_MS + MARGIN_MS);
  t.is(cache.stockpile.health().plugins[0]?.restarts, 0);
}

function queued({ stockpile }: OpenedCache): number {
  return (
    stockpile.health().plugins[0]?.backends.reduce((sum, { queuedWrites }) => sum + queuedWrites, 0) ?? 0
  );
}

async function whoIsMaster(setup: SentinelSetup): Promise<RedisProcess> {
  const port = await setup.masterPort();
  const master = setup.servers.find((server) => server.port === port);
  if (master === undefined) throw new Error(`Cannot find the server on port ${port}`);
  return master;
}

test.serial("Sentinel: a master that is killed", async (t) => {
  const setup = await SentinelSetup.start();
  t.teardown(() => setup.stop());
  const cache = await openCache(t, { sentinel: { name: MASTER_NAME, nodes: setup.addresses } });
  const { near } = cache;
  await near.set("near", "stored");
  const master = await whoIsMaster(setup);
  await failOver(t, cache, "key", () => master.kill());
  t.not(await whoIsMaster(setup), master);
  t.is(near.peek("near"), undefined, "the connection was lost, so it was evicted");
});

test.serial("Sentinel: a master that is paused, and wakes up as a replica", async (t) => {
  const setup = await SentinelSetup.start();
  t.teardown(() => setup.stop());
  const cache = await openCache(t, { sentinel: { name: MASTER_NAME, nodes: setup.addresses } });
  const master = await whoIsMaster(setup);
  await failOver(t, cache, "key", () => master.pause());
  master.resume();
  await cache.strict.set("a", "b");
  t.is(await cache.strict.get("a"), "b");
});

test.serial("Cluster: a master that is killed, and one that is paused", async (t) => {
  const cluster = await RedisCluster.start({ withReplicas: true });
  t.teardown(() => cluster.stop());
  const cache = await openCache(t, { cluster: { nodes: cluster.addresses } });
  const { near } = cache;
  await near.set("near", "stored");
  for (const [index, fail] of [
    (node: RedisProcess) => node.kill(),
    (node: RedisProcess) => node.pause(),
  ].entries()) {
    const master = cluster.masters[index] as RedisProcess; // there are three
    await failOver(t, cache, keyOn(index), () => fail(master));
    master.resume();
  }
  t.is(near.peek("near"), undefined, "connections were lost, so it was evicted");
});

test.serial("Cluster: slots that move while they are read and written", async (t) => {
  const cluster = await RedisCluster.start();
  t.teardown(() => cluster.stop());
  const [from, to] = [0, 1].map((place) => cluster.masters[place]) as [RedisProcess, RedisProcess];
  await moveSlot(t, cluster, { from, to: async () => to });
});

test.serial("Cluster: slots that move to a node that has just joined", async (t) => {
  const cluster = await RedisCluster.start();
  t.teardown(() => cluster.stop());
  const [from] = cluster.masters as [RedisProcess];
  await moveSlot(t, cluster, { from, to: () => cluster.add() });
});

/** Has a slot move, and sees that everything in it can be read and written meanwhile. */
async function moveSlot(
  t: ExecutionContext,
  cluster: RedisCluster,
  way: { from: RedisProcess; to: () => Promise<RedisProcess> },
): Promise<void> {
  const prefix = `{${tagOn(cluster.masters.indexOf(way.from))}}`;
  const parameters = { cluster: { nodes: cluster.addresses.slice(0, 1) }, prefix };
  const { backend, lines } = await openDirect(t, parameters);
  // It hears of the move when it is over.
  const idle = await openDirect(t, parameters);
  const slot = calculateSlot(prefix);
  const { from } = way;
  const to = await way.to();
  const keys = Array.from({ length: 20 }, (_, index) => at(`${index}`));
  await backend.putMany(
    keys.map((key) => [key, entry(key.key)] as const),
    callFor(),
  );
  const [fromId, toId] = [
    String(await from.command("cluster", "myid")),
    String(await to.command("cluster", "myid")),
  ];
  await to.command("cluster", "setslot", slot, "importing", fromId);
  await from.command("cluster", "setslot", slot, "migrating", toId);
  const allThere = async (when: string): Promise<void> => {
    const found = await backend.getMany(keys, callFor());
    t.true(
      found.every((each) => each !== undefined),
      when,
    );
    t.deepEqual(
      await Promise.all(keys.map((key) => textOf(backend, key))),
      keys.map(({ key }) => key),
      when,
    );
    const listed = new Set(await scanAll(backend, "player", 7));
    t.deepEqual([...listed].toSorted(), keys.map(({ key }) => key).toSorted(), when);
  };
  await allThere("before any has moved");
  const names = keys.map((key) => new KeySpace(prefix).nameOf(key));
  await from.command("migrate", "127.0.0.1", to.port, "", 0, 1000, "KEYS", ...names.slice(0, 10));
  await allThere("half of them have moved");
  await backend.put(at("new"), entry("new"), callFor());
  await backend.purgeMany([at("new"), at("absent")], callFor());
  await from.command("migrate", "127.0.0.1", to.port, "", 0, 1000, "KEYS", ...names.slice(10));
  for (const node of [to, from, ...cluster.masters])
    await node.command("cluster", "setslot", slot, "node", toId);
  t.deepEqual(
    await Promise.all(keys.map((key) => textOf(idle.backend, key))),
    keys.map(({ key }) => key),
    "heard of afterwards",
  );
  await allThere("all have moved");
  await backend.clear("player", callFor());
  t.deepEqual(
    await backend.getMany(keys, callFor()),
    keys.map(() => undefined),
  );
  t.deepEqual([...lines, ...idle.lines], [], "nothing of it is worth a line");
}

/** What is in a slot of the master of that place. */
function tagOn(place: number): string {
  const slots = keySlots(place);
  for (let index = 0; ; index += 1) if (slots.includes(calculateSlot(`{${index}}`))) return `${index}`;
}

/** A key of the category `lenient` that the master of that place has. */
function keyOn(place: number): string {
  const slots = keySlots(place);
  const space = new KeySpace("stockpile");
  for (let index = 0; ; index += 1) {
    const key = `key ${index}`;
    const names = [key, `${key} meanwhile`, `${key} after`].map((each) =>
      space.nameOf({ category: "lenient", key: each }),
    );
    if (names.every((name) => slots.includes(calculateSlot(name)))) return key;
  }
}

function keySlots(place: number): number[] {
  const [start, end] = [place, place + 1].map((each) => Math.floor((each * 16_384) / 3)) as [number, number];
  return Array.from({ length: end - start }, (_, index) => start + index);
}
