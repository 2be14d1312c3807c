/** health(): each get is counted once, by where its value came from in the end. */
import test from "ava";
import { BackendError } from "../../../src/contract/errors.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };
const NONE = { near: 0, backend: 0, pending: 0, loader: 0, stale: 0, none: 0, failed: 0 };

function failing(): never {
  throw new Error("no source");
}

test("a get of each source is counted there and nowhere else", async (t) => {
  const bench = openCategory<number>(t, { near: NEAR, graceMs: 5000 });
  const { category, backend, clock } = bench;
  const counted = (): unknown => category.health().gets;
  t.deepEqual(counted(), NONE);
  await category.get("a");
  t.deepEqual(counted(), { ...NONE, none: 1 });
  await category.get("a", { load: () => 1 });
  t.deepEqual(counted(), { ...NONE, none: 1, loader: 1 });
  await category.get("a");
  category.peek("a"); // is no get
  await category.getMany(["a", "a"]);
  t.deepEqual(counted(), { ...NONE, none: 1, loader: 1, near: 3 });
  category.invalidate("all");
  await category.lookupMany(["a"]);
  t.deepEqual(counted(), { ...NONE, none: 1, loader: 1, near: 3, backend: 1 });
  await clock.advance(10_000);
  await category.get("a", { load: failing });
  t.deepEqual(counted(), { ...NONE, none: 1, loader: 1, near: 3, backend: 1, stale: 1 });
  await t.throwsAsync(category.get("b", { load: failing }));
  t.deepEqual(counted(), { ...NONE, none: 1, loader: 1, near: 3, backend: 1, stale: 1, failed: 1 });
  const waiting = openCategory<number>(t, { onWriteError: "queue" });
  waiting.backend.goDown();
  await waiting.category.set("a", 1);
  await waiting.category.get("a");
  t.deepEqual(waiting.category.health().gets, { ...NONE, pending: 1 });
  waiting.backend.comeBack();
  await waiting.category.drained();
  t.is(backend.entries.size, 1);
});

test("a peek that finds nothing, a wrong argument and an abort are not counted", async (t) => {
  const { category } = openCategory<number>(t, { near: NEAR });
  category.peek("a");
  await t.throwsAsync(category.get(""));
  await t.throwsAsync(category.get("a", { signal: AbortSignal.abort(new Error("gone")) }));
  await t.throwsAsync(category.getMany([""]));
  t.deepEqual(category.health().gets, NONE);
});

test("writes, clears and listings count as no gets", async (t) => {
  const { category, backend } = openCategory<number>(t, { near: NEAR });
  for (const ability of ["scan", "clear"] as const) backend.abilities.add(ability);
  await category.set("a", 1);
  await category.expire("a");
  await category.delete("a");
  for await (const key of category.keys()) t.fail(key);
  await category.clear();
  t.deepEqual(category.health().gets, NONE);
});

test("health() names the plugin and its backend, once it is known", (t) => {
  const { category, backend } = openCategory<number>(t);
  t.like(category.health(), { name: "player", plugin: "fake", backend: "memory" });
  backend.backendId = undefined;
  t.false("backend" in category.health());
});

test("an accepted write that cannot be done at all is reported", async (t) => {
  const { category, backend, clock, reported } = openCategory<number>(t, { onWriteError: "queue" });
  backend.abilities.add("clear");
  backend.goDown();
  await category.clear();
  backend.abilities.delete("clear");
  backend.comeBack();
  await clock.settle();
  t.deepEqual(
    reported.map(({ operation }) => operation),
    ["write"],
  );
  t.is(category.undelivered, 0);
});

test("a report that throws fails no write and no get", async (t) => {
  const report = (): never => {
    throw new Error("the log is full");
  };
  const { category, backend, clock } = openCategory<number>(t, { report });
  backend.failing("put", new BackendError("broken"));
  t.is(await category.get("a", { load: () => 1 }), 1);
  await clock.settle();
});
