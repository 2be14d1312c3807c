/**
 * What was written while the backend could not be reached is in it afterwards: seen in a store of its own, outside of
 * the plugin that is stopped, killed and started over.
 */
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { BackendOverloadedError, type Category } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { StoreServer } from "../support/store-server.js";
import { until } from "../support/until.js";

const REMOTE = new URL("../fixtures/remote.js", import.meta.url).href;
const CALL_MS = 250;
/** Enough that some are written once in the outage, and some never. */
const KEYS = 1000;
/** How long the backend is away, in ms, while writes go on. */
const DOWN_MS = 10_000;
/** The first part of that, in which it takes calls and answers none. */
const SILENT_MS = 1000;
/** No write waits for the backend to come back: a call's time, and what a loaded machine adds at its worst. */
const WRITTEN_MS = CALL_MS + 500;
/** The longest a breaker waits after such a time before it asks again, and what a loaded machine adds. */
const BACK_MS = 12_000;

leavesNothing(test);

interface Outage {
  readonly stage: Stage;
  readonly store: StoreServer;
  readonly category: Category<number>;
}

async function open(t: ExecutionContext, limits: Record<string, string | number> = {}): Promise<Outage> {
  const store = await StoreServer.open();
  t.teardown(() => store.close());
  const settings = { module: REMOTE, options: { port: store.port } };
  const stage = await Stage.open({ ...settings, limits: { call: `${CALL_MS}ms`, ...limits } });
  t.teardown(() => stage.close());
  return { stage, store, category: stage.stockpile.category<number>("kept", { ttl: "1h" }) };
}

/** What each key is to have, `undefined` for nothing; each write goes to the category as well. */
class Writer {
  readonly expected = new Map<string, number | undefined>();
  /** The keys written since this was emptied. */
  readonly lately = new Set<string>();
  readonly #category: Category<number>;
  readonly #t: ExecutionContext;
  #count = 0;
  slowestMs = 0;

  constructor(t: ExecutionContext, category: Category<number>) {
    this.#t = t;
    this.#category = category;
  }

  /** Writes some key: mostly sets, some deletes; one key often, others seldom. */
  async write(): Promise<void> {
    const count = (this.#count += 1);
    const key = count % 7 === 0 ? "often" : `${(count * 31) % KEYS}`;
    const startedAt = performance.now();
    // 11 has no part in how keys are picked: each key is now set and now deleted.
    const isDelete = count % 11 < 3;
    this.expected.set(key, isDelete ? undefined : count);
    this.lately.add(key);
    await (isDelete ? this.#category.delete(key) : this.#category.set(key, count));
    this.slowestMs = Math.max(this.slowestMs, performance.now() - startedAt);
  }

  /** A get has what was written last, wherever that is. */
  async check(key: string): Promise<void> {
    const value = this.expected.get(key);
    this.#t.is(await this.#category.get(key), value, `key ${key}`);
  }
}

function queued({ stage }: Outage): number {
  return stage.plugin().backends[0]?.queuedWrites ?? -1;
}

function assertStored(t: ExecutionContext, { store }: Outage, expected: ReadonlyMap<string, unknown>): void {
  for (const [key, value] of expected) t.is(store.valueOf("kept", key), value, `key ${key} in the store`);
}

test.serial(
  `a backend away for ${DOWN_MS / 1000} s with writes going on, then back, then killed within the replay: every key has its newest value`,
  async (t) => {
    const outage = await open(t);
    const { stage, store, category } = outage;
    const writer = new Writer(t, category);
    await Promise.all(Array.from({ length: 2 * KEYS }, () => writer.write()));
    // On a loaded machine some of so many take longer than a call may, and wait in the queue.
    await until("the queue to be empty", () => queued(outage) === 0, BACK_MS);
    assertStored(t, outage, writer.expected);

    store.become("silent");
    writer.lately.clear();
    const downAt = performance.now();
    const writes: Promise<void>[] = [];
    while (performance.now() - downAt < DOWN_MS) {
      if (store.state === "silent" && performance.now() - downAt > SILENT_MS) store.become("down");
      for (let count = 0; count < 3; count += 1) writes.push(writer.write());
      await Promise.all([...writer.lately].slice(-10).map((key) => writer.check(key)));
      await sleep(15);
    }
    await Promise.all(writes);
    t.true(writer.slowestMs <= WRITTEN_MS, `a write took ${writer.slowestMs.toFixed()} ms`);
    t.true(queued(outage) > KEYS / 2, `${queued(outage)} queued`);
    const stale = [...writer.expected].filter(([key, value]) => store.valueOf("kept", key) !== value);
    t.true(stale.some(([, value]) => value === undefined) && stale.some(([, value]) => value !== undefined));
    t.is(stage.plugin().state, "degraded");
    const written = store.writes;

    // In the middle of the replay the plugin exits, with calls under way that are done and were not answered.
    store.delayMs = 40;
    store.onWrite = () => {
      if (store.writes !== written + 100) return;
      store.onWrite = undefined;
      store.killPlugins();
    };
    store.become("up");
    await until("the plugin to exit", () => stage.plugin().lastFailure?.kind === "exit", BACK_MS);
    t.true(queued(outage) > 0);
    for (let count = 0; count < 20; count += 1) await writer.write();
    await until("the queue to be empty", () => queued(outage) === 0, BACK_MS);
    await until("the last answers", () => stage.plugin().calls.inFlight === 0);
    t.is(stage.plugin().state, "ready");
    assertStored(t, outage, writer.expected);
    await Promise.all([...writer.expected.keys()].map((key) => writer.check(key)));
    t.deepEqual(await stage.close(), { abandonedThreads: 0, undelivered: 0 });
  },
);

test.serial(
  "writes that the queue had no room for reject, and what they were to replace is answered neither before nor after",
  async (t) => {
    const outage = await open(t, { queuedWrites: 50 });
    const { stage, store, category } = outage;
    const keys = Array.from({ length: 100 }, (_, index) => `${index}`);
    const OLD = -1;
    await category.setMany(keys.map((key) => [key, OLD]));
    await stage.stockpile.plugins.stop("faulty");
    const ended = await Promise.allSettled(
      keys.map((key, index) => (index % 3 === 0 ? category.delete(key) : category.set(key, index))),
    );
    const refused = new Set(keys.filter((_, index) => ended[index]?.status === "rejected"));
    t.is(refused.size, 50);
    for (const end of ended)
      if (end.status === "rejected") t.true(end.reason instanceof BackendOverloadedError);
    const expected = new Map(
      keys.map((key, index) => [key, refused.has(key) || index % 3 === 0 ? undefined : index]),
    );
    const check = async (): Promise<void> => {
      for (const [key, value] of expected) t.is(await category.get(key), value, `key ${key}`);
    };
    await check();
    t.is(queued(outage), 50);
    await stage.stockpile.plugins.start("faulty");
    await until("the queue to be empty", () => queued(outage) === 0);
    await check();
    for (const [key, value] of expected)
      if (!refused.has(key)) t.is(store.valueOf("kept", key), value, `key ${key} in the store`);
    // The next write of such a key is as any other.
    const [again = ""] = refused;
    await category.set(again, 7);
    t.is(await category.get(again), 7);
    t.is(store.valueOf("kept", again), 7);
  },
);

test.serial(
  "a clear while the backend is away is done when it is back, before what was written after it",
  async (t) => {
    const outage = await open(t);
    const { stage, store, category } = outage;
    await category.setMany(Array.from({ length: 20 }, (_, index) => [`${index}`, -1] as const));
    await stage.stockpile.plugins.stop("faulty");
    await category.set("before", 1);
    await category.clear();
    await category.set("after", 2);
    await category.set("3", 3);
    t.deepEqual(await category.getMany(["0", "before", "after", "3"]), [undefined, undefined, 2, 3]);
    await stage.stockpile.plugins.start("faulty");
    await until("the queue to be empty", () => queued(outage) === 0);
    await until("what comes after the clear", () => store.entries.size === 2);
    t.deepEqual([store.valueOf("kept", "after"), store.valueOf("kept", "3")], [2, 3]);
  },
);

test.serial(
  "close() delivers what is queued within limits.stop where the backend is back, and says what it could not",
  async (t) => {
    const back = await open(t);
    await back.stage.stockpile.plugins.stop("faulty");
    for (let index = 0; index < 20; index += 1) await back.category.set(`${index}`, index);
    const starting = back.stage.stockpile.plugins.start("faulty");
    await starting;
    t.deepEqual(await back.stage.close(), { abandonedThreads: 0, undelivered: 0 });
    t.is(back.store.entries.size, 20);

    const away = await open(t, { stop: "200ms" });
    await away.stage.stockpile.plugins.stop("faulty");
    for (let index = 0; index < 20; index += 1) await away.category.set(`${index % 10}`, index);
    await away.category.delete("x");
    t.deepEqual(await away.stage.close(), { abandonedThreads: 0, undelivered: 11 });
  },
);
