/** keys(): every key that is there throughout, with the writes of this process that are still on their way. */
import test from "ava";
import { BackendError, ClosedError, UnsupportedError } from "../../../src/contract/errors.js";
import type { Category } from "../../../src/host/cache/category.js";
import type { CategorySettings } from "../../../src/host/cache/category-settings.js";
import { openCategory, type Bench } from "./open-category.js";
import type { ExecutionContext } from "ava";

/** A category over a backend that can list, two keys a page, and has `keys`. */
async function openListable(
  t: ExecutionContext,
  keys: readonly string[],
  overrides: Partial<CategorySettings<number>> = {},
): Promise<Bench<number>> {
  const bench = openCategory<number>(t, overrides);
  for (const ability of ["scan", "clear"] as const) bench.backend.abilities.add(ability);
  bench.backend.pageKeys = 2;
  await bench.category.setMany(keys.map((key) => [key, 1]));
  return bench;
}

async function listOf(category: Category<number>): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of category.keys()) keys.push(key);
  return keys.toSorted();
}

test("keys() yields the keys of its category, page by page", async (t) => {
  const { category, backend } = await openListable(t, ["a", "b", "c", "d", "e"]);
  const other = openCategory<number>(t, { name: "players", backend });
  await other.category.set("x", 1);
  t.deepEqual(await listOf(category), ["a", "b", "c", "d", "e"]);
  t.is(backend.count("scan"), 3);
});

test("keys() yields none where there are none, and asks for no page before it is asked", async (t) => {
  const { category, backend } = await openListable(t, []);
  category.keys();
  t.is(backend.count("scan"), 0);
  t.deepEqual(await listOf(category), []);
});

test("keys() can be left early, and asks for no further page", async (t) => {
  const { category, backend } = await openListable(t, ["a", "b", "c", "d"]);
  for await (const key of category.keys()) if (key === "a") break;
  t.is(backend.count("scan"), 1);
});

test("keys() yields what is about to be written once, and not what is about to be removed", async (t) => {
  const { category, backend } = await openListable(t, ["a", "b", "c"], { onWriteError: "queue" });
  const slow = [backend.hold("put"), backend.hold("put"), backend.hold("purge")];
  const writes = [category.set("a", 2), category.set("x", 2), category.delete("b")];
  const found: string[] = [];
  for await (const key of category.keys()) found.push(key);
  t.deepEqual(found.toSorted(), ["a", "c", "x"]);
  for (const call of slow) call.release();
  await Promise.all(writes);
  t.deepEqual(await listOf(category), ["a", "c", "x"]);
});

test("a key that was deleted or set between two pages is left out or may be yielded, and others are unaffected", async (t) => {
  const { category, backend } = await openListable(t, ["a", "b", "c", "d"]);
  const found: string[] = [];
  for await (const key of category.keys()) {
    found.push(key);
    if (key !== "b") continue;
    const slow = backend.hold("purge");
    void category.delete("d");
    await category.set("c", 2);
    void Promise.resolve().then(() => setTimeout(() => slow.release(), 20));
  }
  t.deepEqual(found, ["a", "b", "c"]);
  t.deepEqual(await listOf(category), ["a", "b", "c"]);
});

test("while a clear() is on its way, keys() yields what was written after it and nothing else", async (t) => {
  const { category, backend } = await openListable(t, ["a", "b", "c", "d"]);
  const slow = backend.hold("clear");
  const clear = category.clear();
  const set = category.set("x", 1);
  t.deepEqual(await listOf(category), ["x"]);
  slow.release();
  await Promise.all([clear, set]);
  t.deepEqual(await listOf(category), ["x"]);
});

test("a clear() in between ends the listing of what was there before", async (t) => {
  for (const isDone of [false, true]) {
    const { category, backend } = await openListable(t, ["a", "b", "c", "d"]);
    const slow = isDone ? undefined : backend.hold("clear");
    const found: string[] = [];
    let clear: Promise<void> | undefined;
    for await (const key of category.keys()) {
      found.push(key);
      clear ??= category.clear();
      if (isDone) await clear;
    }
    t.deepEqual(found, ["a"], isDone ? "done" : "under way");
    slow?.release();
    await clear;
  }
});

test("keys() of a queued category while the backend is down fails, whatever onReadError is", async (t) => {
  const { category, backend } = await openListable(t, ["a"], { onWriteError: "queue", onReadError: "miss" });
  backend.goDown();
  await category.set("b", 1);
  const found: string[] = [];
  await t.throwsAsync(
    async () => {
      for await (const key of category.keys()) found.push(key);
    },
    { code: "STOCKPILE_PLUGIN_UNAVAILABLE" },
  );
  t.deepEqual(found, ["b"]);
  backend.comeBack();
  await category.drained();
});

test("keys() rejects with what fails a page", async (t) => {
  const { category, backend } = await openListable(t, ["a", "b", "c"]);
  const failure = new BackendError("broken");
  const found: string[] = [];
  const error = await t.throwsAsync(async () => {
    for await (const key of category.keys()) {
      found.push(key);
      backend.failing("scan", failure);
    }
  });
  t.is(error, failure);
  t.deepEqual(found, ["a", "b"]);
});

test("keys() is refused where the backend cannot list", async (t) => {
  const { category, backend } = await openListable(t, []);
  backend.abilities.clear();
  await t.throwsAsync(listOf(category), { instanceOf: UnsupportedError });
});

test("an abort ends keys() with the signal's reason: before it, within a page, while it waits for one", async (t) => {
  const reason = { why: "enough" };
  const { category, backend } = await openListable(t, ["a", "b", "c", "d"]);
  const before = category.keys({ signal: AbortSignal.abort(reason) }).next();
  t.is(await t.throwsAsync(before, { any: true }), reason);
  t.is(backend.count("scan"), 0);

  const within = new AbortController();
  const keys = category.keys({ signal: within.signal });
  await keys.next();
  within.abort(reason);
  t.is(await t.throwsAsync(keys.next(), { any: true }), reason);

  const waiting = new AbortController();
  backend.hold("scan");
  const page = category.keys({ signal: waiting.signal }).next();
  await new Promise(setImmediate);
  waiting.abort(reason);
  t.is(await t.throwsAsync(page, { any: true }), reason);
});

test("an aborted keys() is rejected where there are only keys to be written, too", async (t) => {
  const { category, backend } = await openListable(t, []);
  const slow = backend.hold("put");
  const set = category.set("a", 1);
  const reason = new Error("gone");
  await t.throwsAsync(category.keys({ signal: AbortSignal.abort(reason) }).next(), { is: reason });
  slow.release();
  await set;
});

test("keys() refuses other options, and is refused and ended by close()", async (t) => {
  const { category } = await openListable(t, ["a", "b", "c"]);
  await t.throwsAsync(category.keys({ deadline: 1 } as never).next(), { instanceOf: TypeError });
  const keys = category.keys();
  await keys.next();
  category.close();
  await t.throwsAsync(
    async () => {
      for await (const key of keys) t.truthy(key);
    },
    { instanceOf: ClosedError },
  );
  await t.throwsAsync(category.keys().next(), { instanceOf: ClosedError });
});

test("a backend whose cursors lead round in circles ends keys() and clear() with an error", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "throw" });
  backend.abilities.add("scan");
  let pages = 0;
  backend.scan = () => {
    pages += 1;
    return Promise.resolve({ keys: [], cursor: `${pages % 3}` });
  };
  const message = "Cannot scan category player: expected pages to end: received a cursor for the second time";
  await t.throwsAsync(category.keys().next(), { instanceOf: BackendError, message });
  await t.throwsAsync(category.clear(), { instanceOf: BackendError, message });
});
