/** health(): how long gets took that had to wait, by where their value came from in the end. */
import test from "ava";
import { BackendError } from "../../../src/contract/errors.js";
import type { CategoryHealth } from "../../../src/host/cache/category-health.js";
import type { Loader } from "../../../src/host/cache/loader.js";
import type { FakeClock } from "../../support/fake-clock.js";
import { openCategory } from "./open-category.js";
import type { Bench } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

/** A loader that takes `ms` for `value`, or to fail with it. */
function taking(clock: FakeClock, ms: number, value: number | Error | undefined): Loader<number> {
  return () =>
    new Promise((resolve, reject) => {
      clock.schedule(() => (value instanceof Error ? reject(value) : resolve(value)), ms);
    });
}

/** Has `get` be answered by a backend that takes `ms`. */
async function readFor({ backend, clock }: Bench<number>, ms: number, get: () => unknown): Promise<void> {
  const held = backend.hold("get");
  const got = get();
  await clock.advance(ms);
  held.release();
  await got;
}

/** What half of the gets with each source did not exceed, in whole ms. */
function halves({ getTimes }: CategoryHealth): Record<string, number> {
  return Object.fromEntries(
    Object.entries(getTimes).map(([source, { p50Ms }]) => [source, Math.round(p50Ms)]),
  );
}

test("a get that waits is timed under its source, from its start to its end", async (t) => {
  const bench = openCategory<number>(t, { graceMs: 20_000 });
  const { category, clock } = bench;
  t.deepEqual(category.health().getTimes, {});
  await category.set("a", 1);
  await readFor(bench, 20, () => category.get("a"));
  await readFor(bench, 30, () => category.get("b"));
  t.deepEqual(halves(category.health()), { backend: 20, none: 30 });
  // The read of the backend that came before the load is a part of it.
  const loaded = readFor(bench, 40, () => category.lookup("b", { load: taking(clock, 10, 2) }));
  await clock.advance(50);
  await loaded;
  t.deepEqual(halves(category.health()), { backend: 20, none: 30, loader: 50 });
  await clock.advance(10_000);
  const failing = { load: taking(clock, 60, new Error("no source")) };
  const stale = category.get("a", failing);
  await clock.advance(60);
  t.is(await stale, 1);
  const failed = t.throwsAsync(category.refresh("a", failing));
  await clock.advance(60);
  await failed;
  t.deepEqual(halves(category.health()), { backend: 20, none: 30, loader: 50, stale: 60, failed: 60 });
});

test("what this process has is answered at once, and not timed", async (t) => {
  const { category, clock } = openCategory<number>(t, { near: NEAR, negativeTtlMs: 5000 });
  await category.set("a", 1);
  await category.get("a");
  await category.lookup("a");
  await category.getMany(["a", "a"]);
  const absent = category.refresh("b", { load: taking(clock, 30, undefined) });
  await clock.advance(30);
  await absent;
  await category.get("b"); // known to be absent
  await category.get("b");
  t.deepEqual(halves(category.health()), { none: 30 });
  t.like(category.health().gets, { near: 4, none: 3 });
  const waiting = openCategory<number>(t, { onWriteError: "queue" });
  waiting.backend.goDown();
  await waiting.category.set("a", 1);
  await waiting.category.get("a");
  const { gets, getTimes } = waiting.category.health();
  t.is(gets.pending, 1);
  t.deepEqual(getTimes, {});
  waiting.backend.comeBack();
  await waiting.category.drained();
});

test("what was set while a get waited for a load counts as near, and its wait is no time of the near cache", async (t) => {
  const { category, clock } = openCategory<number>(t, { near: NEAR });
  const get = category.get("a", { load: taking(clock, 500, new Error("no source")) });
  await clock.advance(10);
  await category.set("a", 1);
  await clock.advance(500);
  t.is(await get, 1);
  t.is(category.health().gets.near, 1);
  t.deepEqual(category.health().getTimes, {});
});

test("each key of getMany() is timed by itself", async (t) => {
  const bench = openCategory<number>(t);
  const { category, backend, clock } = bench;
  await category.setMany([
    ["a", 1],
    ["b", 2],
  ]);
  const [slow, quick] = [backend.hold("get"), backend.hold("get")];
  const got = category.getMany(["a", "b"]);
  await clock.advance(10);
  quick.release();
  await clock.advance(80);
  slow.release();
  t.deepEqual(await got, [1, 2]);
  const { p50Ms = 0, p99Ms = 0 } = category.health().getTimes.backend ?? {};
  t.deepEqual([p50Ms, p99Ms].map(Math.round), [10, 90]);
});

test("a get that leaves is not timed, and one whose deadline passes has failed after it", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const held = backend.hold("get");
  const leaving = new AbortController();
  const left = t.throwsAsync(category.get("a", { signal: leaving.signal }), { message: "gone" });
  const late = t.throwsAsync(category.get("a", { deadline: 100 }), { code: "STOCKPILE_DEADLINE" });
  leaving.abort(new Error("gone"));
  await clock.advance(120);
  await Promise.all([left, late]);
  const { failed, ...others } = category.health().getTimes;
  t.deepEqual(others, {});
  t.true(failed !== undefined && failed.p50Ms >= 99 && failed.p99Ms <= 121);
  held.release();
});

test("a backend that fails under onReadError: throw fails a get in the time that it took", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onReadError: "throw" });
  const held = backend.hold("get");
  const failed = t.throwsAsync(category.get("a"));
  await clock.advance(70);
  held.fail(new BackendError("broken"));
  await failed;
  t.deepEqual(halves(category.health()), { failed: 70 });
});

test("times are those of the last minute", async (t) => {
  const bench = openCategory<number>(t);
  const { category, clock } = bench;
  await readFor(bench, 20, () => category.get("a"));
  t.deepEqual(halves(category.health()), { none: 20 });
  await clock.advance(60_000);
  t.deepEqual(category.health().getTimes, {});
  t.is(category.health().gets.none, 1);
});

test("a category that is gone after one call keeps no times", async (t) => {
  const bench = openCategory<number>(t, { isTimed: false });
  const { category, clock } = bench;
  await readFor(bench, 20, () => category.get("a"));
  const loaded = category.get("a", { load: taking(clock, 10, 2) });
  await clock.advance(50);
  t.is(await loaded, 2);
  t.deepEqual(category.health().getTimes, {});
  t.deepEqual(category.health().loads, { succeeded: 1, failed: 0 });
});
