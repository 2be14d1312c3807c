/** Masters of a cluster that are out of reach: what concerns all servers is not done without them. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { EntryKey } from "../../../src/contract/backend.js";
import { until } from "../../support/until.js";
import { at } from "../support/entries.js";
import { callFor, entry, openDirect } from "./open-direct.js";
import type { Opened } from "./open-direct.js";
import type { RedisProcess } from "./redis-process.js";
import { RedisCluster } from "./start-cluster.js";

const ENTRIES = 300;

/** Pause between two attempts, in ms. */
const PAUSE_MS = 20;

const KEYS: readonly EntryKey[] = Array.from({ length: ENTRIES }, (_, index) => at(`${index}`));

/** Stores the entries, on replicas too. */
async function fill({ backend }: Opened, cluster: RedisCluster): Promise<void> {
  await backend.putMany(
    KEYS.map((key) => [key, entry(key.key)] as const),
    callFor(),
  );
  let copies: number;
  do {
    const sizes = await Promise.all(cluster.replicas.map((replica) => replica.command("dbsize")));
    copies = sizes.reduce<number>((sum, size) => sum + Number(size), 0);
  } while (copies < ENTRIES);
}

/** Makes an attempt after the other until one succeeds; answers that and how many have failed. */
async function persist<T>(attempt: () => Promise<T>): Promise<{ result: T; failures: unknown[] }> {
  const failures: unknown[] = [];
  for (;;) {
    try {
      return { result: await attempt(), failures };
    } catch (error) {
      failures.push((error as { code?: unknown }).code);
      await sleep(PAUSE_MS);
    }
  }
}

/** The master that is listed first. */
function firstOf(cluster: RedisCluster): RedisProcess {
  const [first] = cluster.masters.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return first as RedisProcess; // there are three
}

test.serial("clear() that was acknowledged while a master was out of reach has left nothing", async (t) => {
  const cluster = await RedisCluster.start({ withReplicas: true });
  t.teardown(() => cluster.stop());
  const opened = await openDirect(t, { cluster: { nodes: cluster.addresses } });
  const { backend, lines } = opened;
  await fill(opened, cluster);
  await firstOf(cluster).kill();
  await until("the loss to be noticed", () => lines.length > 0);
  const { failures } = await persist(() => backend.clear("player", callFor()));
  const { result } = await persist(() => backend.getMany(KEYS, callFor()));
  t.log(`${failures.length} attempts to clear have failed: ${[...new Set(failures)].join(", ")}`);
  t.is(result.filter((found) => found !== undefined).length, 0);
  t.true(failures.length > 0, "the master was out of reach for a while");
});

test.serial("a listing that ended while a master was out of reach has left nothing out", async (t) => {
  const cluster = await RedisCluster.start({ withReplicas: true });
  t.teardown(() => cluster.stop());
  const opened = await openDirect(t, { cluster: { nodes: cluster.addresses } });
  const { backend, lines } = opened;
  await fill(opened, cluster);
  const seen = new Set<string>();
  const failures: unknown[] = [];
  let cursor: string | undefined;
  let isKilled = false;
  do {
    const query = { category: "player", limit: 10, ...(cursor === undefined ? {} : { cursor }) };
    const page = await persist(() => backend.scan(query, callFor()));
    failures.push(...page.failures);
    for (const key of page.result.keys) seen.add(key);
    ({ cursor } = page.result);
    if (seen.size < ENTRIES / 2 || isKilled) continue;
    isKilled = true;
    await firstOf(cluster).kill();
    await until("the loss to be noticed", () => lines.length > 0);
  } while (cursor !== undefined);
  t.log(`${failures.length} pages have failed: ${[...new Set(failures)].join(", ")}`);
  t.true(isKilled);
  t.is(seen.size, ENTRIES);
  t.true(failures.length > 0, "the master was out of reach for a while");
});

test.serial("ping() fails while most masters are out of reach, and not while one is", async (t) => {
  const cluster = await RedisCluster.start();
  t.teardown(() => cluster.stop());
  const { backend, lines } = await openDirect(t, { cluster: { nodes: cluster.addresses } });
  const pingOften = async (): Promise<string[]> => {
    const ends: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      ends.push(await backend.ping(callFor()).then(() => "answered", String));
      await sleep(PAUSE_MS);
    }
    return [...new Set(ends)];
  };
  await cluster.masters[0]?.kill();
  await until("the loss to be noticed", () => lines.length > 0);
  t.deepEqual(await pingOften(), ["answered"]);
  await cluster.masters[1]?.kill();
  await until("the loss to be noticed", () => lines.length > 1);
  for (const end of await pingOften()) t.regex(end, /^RedisFailure: Cannot ping Redis: expected /);
});
