/** clear(): what was written before it is gone, what is written after it stays, whatever the backend does meanwhile. */
import test from "ava";
import {
  BackendError,
  BackendTimeoutError,
  ClosedError,
  PluginUnavailableError,
  UnsupportedError,
} from "../../../src/contract/errors.js";
import type { CategorySettings } from "../../../src/host/cache/category-settings.js";
import { openCategory, type Bench } from "./open-category.js";
import type { ExecutionContext } from "ava";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

/** A category whose backend has clear(). */
function openClearable(
  t: ExecutionContext,
  overrides: Partial<CategorySettings<number>> = {},
): Bench<number> {
  const bench = openCategory<number>(t, overrides);
  bench.backend.abilities.add("clear");
  return bench;
}

test("clear() removes everything of its category, by the backend's own clear, and nothing else", async (t) => {
  const { category, backend } = openClearable(t, { near: NEAR });
  const other = openCategory<number>(t, { name: "players", backend });
  await other.category.set("a", 9);
  await category.setMany([
    ["a", 1],
    ["b", 2],
  ]);
  await category.clear();
  t.is(category.peek("a"), undefined);
  t.deepEqual(await category.getMany(["a", "b"]), [undefined, undefined]);
  t.is(await other.category.get("a"), 9);
  t.is(backend.count("clear"), 1);
});

test("clear() lists and removes page by page where the backend has no clear of its own", async (t) => {
  const { category, backend } = openCategory<number>(t);
  for (const ability of ["scan", "purgeMany"] as const) backend.abilities.add(ability);
  backend.pageKeys = 2;
  await category.setMany(["a", "b", "c", "d", "e"].map((key) => [key, 1]));
  backend.calls.length = 0;
  await category.clear();
  t.is(backend.entries.size, 0);
  t.deepEqual(backend.calls, [
    "scan player/",
    "purgeMany player/a player/b",
    "scan player/b",
    "purgeMany player/c player/d",
    "scan player/d",
    "purgeMany player/e",
  ]);
});

test("clear() is refused where the backend can neither clear nor list, and nothing has changed", async (t) => {
  const { category, backend } = openCategory<number>(t, { near: NEAR, onWriteError: "queue" });
  const slow = backend.hold("put");
  const set = category.set("a", 1);
  await t.throwsAsync(category.clear(), { instanceOf: UnsupportedError });
  t.is(category.peek("a"), 1);
  slow.release();
  await set;
  t.is(await category.get("a"), 1);
  t.is(category.undelivered, 0);
});

test("gets have nothing as soon as clear() is called, and read or load as if there were nothing", async (t) => {
  const { category, backend, clock } = openClearable(t, { near: NEAR });
  await category.set("a", 1);
  const slow = backend.hold("clear");
  const clear = category.clear();
  t.is(await category.get("a"), undefined);
  t.is(await category.get("b", { load: () => 2 }), 2);
  t.is(category.peek("b"), 2);
  slow.release();
  await clear;
  await clock.settle();
  t.deepEqual([...backend.entries.keys()], ["player/b"]);
});

test("a read that was in the air before clear() answers its own caller, and is neither joined nor kept", async (t) => {
  const { category, backend } = openClearable(t, { near: NEAR });
  const other = openCategory<number>(t, { backend });
  await other.category.set("a", 1);
  const slow = backend.hold("get");
  const before = category.get("a");
  slow.apply();
  await category.clear();
  t.is(await category.get("a"), undefined);
  slow.release();
  t.is(await before, 1);
  t.is(category.peek("a"), undefined);
});

test("a load that was in the air before clear() answers its own caller and fills nothing", async (t) => {
  const { category, backend, clock } = openClearable(t, { near: NEAR });
  let finish: (value: number) => void = () => {};
  const before = category.get("a", { load: () => new Promise((resolve) => (finish = resolve)) });
  await clock.settle();
  await category.clear();
  finish(1);
  t.is(await before, 1);
  t.is(category.peek("a"), undefined);
  await clock.settle();
  t.is(backend.entries.size, 0);
});

test("a write that waits is dropped for clear(), and settles as that does", async (t) => {
  const { category, backend, clock } = openClearable(t);
  const [slow, clearing] = [backend.hold("put"), backend.hold("clear")];
  const ended: string[] = [];
  const calls = [
    category.set("a", 1).then(() => ended.push("under way")),
    category.set("a", 2).then(() => ended.push("waiting")),
    category.clear().then(() => ended.push("clear")),
  ];
  await clock.settle();
  t.false(clearing.hasBegun);
  slow.release();
  await clock.settle();
  t.true(clearing.hasBegun);
  t.deepEqual(ended, ["under way"]);
  clearing.release();
  await Promise.all(calls);
  t.deepEqual(ended, ["under way", "waiting", "clear"]);
  t.is(backend.entries.size, 0);
  t.is(backend.count("put"), 1);
});

test("what is written after clear() waits for it, is answered meanwhile, and is there afterwards", async (t) => {
  const { category, backend, clock } = openClearable(t);
  await category.setMany([
    ["a", 1],
    ["b", 1],
  ]);
  const clearing = backend.hold("clear");
  const clear = category.clear();
  const later = [category.set("a", 2), category.delete("b"), category.set("c", 3)];
  await clock.settle();
  t.like(await category.lookup("a"), { value: 2, source: "pending" });
  t.is(await category.get("b"), undefined);
  t.is(backend.count("put"), 2);
  clearing.release();
  await Promise.all([clear, ...later]);
  t.deepEqual([...backend.entries.keys()].toSorted(), ["player/a", "player/c"]);
  t.is(await category.get("a"), 2);
});

test("two clears in a row are one where the first has not begun, and a third waits for one under way", async (t) => {
  const { category, backend, clock } = openClearable(t);
  const slow = backend.hold("put");
  const set = category.set("a", 1);
  const first = [category.clear(), category.clear()];
  slow.release();
  await Promise.all([set, ...first]);
  t.is(backend.count("clear"), 1);
  const clearing = backend.hold("clear");
  const under = category.clear();
  await clock.settle();
  const [next, joined] = [category.clear(), category.clear()];
  await clock.settle();
  t.is(backend.count("clear"), 2);
  clearing.release();
  await Promise.all([under, next, joined]);
  t.is(backend.count("clear"), 3);
});

test("a set between two clears is gone, and one after them is there", async (t) => {
  const { category, backend } = openClearable(t);
  const clearing = backend.hold("clear");
  const calls = [category.clear(), category.set("a", 1), category.clear(), category.set("b", 2)];
  t.deepEqual(await category.getMany(["a", "b"]), [undefined, 2]);
  clearing.release();
  await Promise.all(calls);
  t.deepEqual([...backend.entries.keys()], ["player/b"]);
});

test("under throw, clear() rejects with what the backend does, and what waited for it goes on", async (t) => {
  const { category, backend } = openClearable(t, { onWriteError: "throw" });
  const failure = new BackendError("broken");
  await category.set("a", 1);
  backend.failing("clear", failure);
  const clear = category.clear();
  const set = category.set("b", 2);
  t.is(await t.throwsAsync(clear), failure);
  await set;
  t.is(category.undelivered, 0);
  // It has forgotten all the same: whoever cleared meant what was there.
  t.deepEqual(await category.getMany(["a", "b"]), [undefined, 2]);
});

for (const onWriteError of ["queue", "ignore"] as const) {
  test(`under ${onWriteError}, clear() resolves while the backend is down and is done when it is back, before later writes`, async (t) => {
    const { category, backend } = openClearable(t, { onWriteError });
    await category.setMany([
      ["a", 1],
      ["b", 1],
    ]);
    backend.goDown();
    await category.set("b", 2);
    await category.clear();
    t.is(category.undelivered, 1);
    t.deepEqual(await category.getMany(["a", "b"]), [undefined, undefined]);
    await category.set("c", 3);
    t.is(category.undelivered, onWriteError === "queue" ? 2 : 1);
    backend.comeBack();
    await category.drained();
    t.deepEqual([...backend.entries.keys()], ["player/c"]);
    t.is(category.undelivered, 0);
  });
}

test("under queue, a clear() that fails is tried again after a while, and writes wait for it", async (t) => {
  const { category, backend, clock } = openClearable(t, { onWriteError: "queue" });
  await category.set("a", 1);
  backend.failing("clear", new BackendError("broken"));
  await category.clear();
  await category.set("b", 2);
  await clock.advance(99);
  t.is(backend.count("clear"), 1);
  t.is(backend.count("put"), 1);
  await clock.advance(1);
  t.is(backend.count("clear"), 2);
  backend.failing("clear", undefined);
  await clock.advance(200);
  t.deepEqual([...backend.entries.keys()], ["player/b"]);
  t.is(category.undelivered, 0);
});

for (const isDone of [true, false]) {
  test(`a clear() that timed out holds what is written after it until it is known that it ${isDone ? "was done" : "never will be"}`, async (t) => {
    const { category, backend, clock } = openClearable(t, { onWriteError: "queue" });
    await category.set("a", 1);
    const slow = backend.hold("clear");
    const clear = category.clear();
    const during = category.set("b", 2);
    slow.timeOut();
    await Promise.all([clear, during]);
    await category.set("c", 3);
    await clock.advance(1000);
    t.is(backend.count("put"), 1);
    t.deepEqual(await category.getMany(["a", "b", "c"]), [undefined, 2, 3]);
    slow.late(isDone);
    await clock.advance(1000);
    t.is(backend.count("clear"), isDone ? 1 : 2);
    t.deepEqual([...backend.entries.keys()], ["player/b", "player/c"]);
    t.is(category.undelivered, 0);
  });
}

test("under throw, a clear() that timed out rejects, and what is written after it waits until it is settled", async (t) => {
  const { category, backend, clock } = openClearable(t, { onWriteError: "throw" });
  const slow = backend.hold("clear");
  const clear = category.clear();
  const set = t.throwsAsync(category.set("a", 1), { instanceOf: BackendTimeoutError });
  slow.timeOut();
  await t.throwsAsync(clear, { instanceOf: BackendTimeoutError });
  await set;
  slow.late(true);
  await clock.settle();
  t.is(await category.get("b"), undefined);
  await category.set("b", 2);
  t.is(await category.get("b"), 2);
});

test("a clear() behind a write that timed out resolves, waits until that is settled, and is done then", async (t) => {
  const { category, backend, clock } = openClearable(t, { onWriteError: "queue" });
  const slow = backend.hold("put");
  const set = category.set("a", 1);
  const clear = category.clear();
  slow.timeOut();
  await Promise.all([set, clear]);
  t.is(backend.count("clear"), 0);
  t.is(await category.get("a"), undefined);
  slow.late(true);
  await clock.settle();
  t.is(backend.count("clear"), 1);
  t.is(backend.entries.size, 0);
});

test("a paged clear() whose removal timed out begins anew once that is settled", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  for (const ability of ["scan", "purgeMany"] as const) backend.abilities.add(ability);
  backend.pageKeys = 1;
  await category.setMany(["a", "b", "c"].map((key) => [key, 1]));
  const slow = backend.hold("purgeMany");
  const clear = category.clear();
  await clock.settle();
  slow.timeOut();
  await clear;
  slow.late(true);
  await clock.advance(1000);
  t.is(backend.entries.size, 0);
  t.is(category.undelivered, 0);
});

test("a paged clear() whose listing fails is tried again under queue, and rejects with the failure under throw", async (t) => {
  const failure = new BackendTimeoutError("slow");
  for (const onWriteError of ["queue", "throw"] as const) {
    const { category, backend, clock } = openCategory<number>(t, { onWriteError });
    for (const ability of ["scan", "purgeMany"] as const) backend.abilities.add(ability);
    await category.set("a", 1);
    backend.failing("scan", failure);
    const clear = category.clear();
    if (onWriteError === "throw") t.is(await t.throwsAsync(clear), failure);
    else await clear;
    backend.failing("scan", undefined);
    await clock.advance(1000);
    t.is(backend.entries.size, onWriteError === "throw" ? 1 : 0);
    t.is(category.undelivered, 0);
  }
});

test("clear() of a backend that was never open is refused: nobody knows what it can", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue" });
  backend.goDown();
  backend.clear = () => Promise.reject(new PluginUnavailableError("never open"));
  await t.throwsAsync(category.clear(), { instanceOf: PluginUnavailableError });
});

test("clear() raises what may be answered: an older value that comes up later is none", async (t) => {
  const { category, backend } = openClearable(t);
  await category.set("a", 1);
  const entry = backend.entries.get("player/a");
  await category.clear();
  if (entry !== undefined) backend.entries.set("player/a", entry);
  t.is(await category.get("a"), undefined);
});

test("end() rejects those that wait for a clear() that has not begun, and it does not begin any more", async (t) => {
  const { category, backend, clock } = openClearable(t, { onWriteError: "queue" });
  const slow = backend.hold("put");
  const set = category.set("a", 1);
  const clear = category.clear();
  category.close();
  await t.throwsAsync(category.clear(), { instanceOf: ClosedError });
  category.end();
  await t.throwsAsync(clear, { instanceOf: ClosedError });
  slow.release();
  await set;
  await clock.settle();
  t.is(backend.count("clear"), 0);
});
