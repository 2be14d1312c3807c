/** expire(): the value is stale from now on, and kept for its grace. */
import test from "ava";
import { BackendError, BackendTimeoutError, ClosedError, LoadError } from "../../../src/contract/errors.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

function failing(): never {
  throw new Error("no source");
}

for (const near of [NEAR, false] as const) {
  const where = near === false ? "without" : "with";

  test(`an expired value is no value ${where} a near cache, here and in other processes`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t, { near, graceMs: 5000 });
    await category.set("a", 1);
    const other = openCategory<number>(t, { backend, clock, graceMs: 5000 });
    await category.expire("a");
    t.is(await category.get("a"), undefined);
    t.is(category.peek("a"), undefined);
    t.false(await category.has("a"));
    t.is(await other.category.get("a"), undefined);
  });

  test(`an expired value is loaded anew, and previous is given ${where} a near cache`, async (t) => {
    const { category } = openCategory<number>(t, { near, graceMs: 5000 });
    await category.set("a", 1);
    await category.expire("a");
    t.is(await category.get("a", { load: (_key, { previous }) => (previous ?? 0) + 1 }), 2);
    t.is(await category.get("a"), 2);
  });

  test(`an expired value is answered as stale for its grace from now, ${where} a near cache`, async (t) => {
    const { category, clock } = openCategory<number>(t, { near, graceMs: 5000, load: failing });
    await category.set("a", 1);
    await clock.advance(1000);
    const storedAt = clock.now() - 1000;
    await category.expire("a");
    await clock.advance(4999);
    t.like(await category.lookup("a"), { value: 1, stale: true, storedAt, expiresAt: storedAt + 1000 });
    await clock.advance(1);
    await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  });

  test(`a value that does not expire can be expired ${where} a near cache`, async (t) => {
    const { category, clock } = openCategory<number>(t, {
      near,
      ttlMs: Infinity,
      graceMs: 5000,
      load: failing,
    });
    await category.set("a", 1);
    await category.expire("a");
    await clock.advance(4999);
    t.like(await category.lookup("a"), { value: 1, stale: true });
    await clock.advance(1);
    await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  });
}

test("the near cache answers an expired value for its grace from now, though the backend cannot be asked", async (t) => {
  for (const ttlMs of [10_000, Infinity]) {
    const settings = { near: NEAR, ttlMs, graceMs: 5000, load: failing, onWriteError: "queue" as const };
    const { category, backend, clock } = openCategory<number>(t, settings);
    await category.set("a", 1);
    backend.goDown();
    await category.expire("a");
    await clock.advance(4999);
    t.like(await category.lookup("a"), { value: 1, source: "near", stale: true });
    await clock.advance(1);
    await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  }
});

test("expire() of a value without grace leaves nothing to be answered", async (t) => {
  const { category } = openCategory<number>(t, { near: NEAR, load: failing });
  await category.set("a", 1);
  await category.expire("a");
  await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
});

test("expire() rewrites what the backend has with the end of its grace, and nothing where it has nothing", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { graceMs: 5000 });
  await category.set("a", 1);
  await clock.advance(1000);
  backend.calls.length = 0;
  await category.expire("a");
  t.deepEqual(backend.calls, ["get player/a", "put player/a"]);
  t.is(backend.entries.get("player/a")?.expiresAt, clock.now() + 5000);
  await category.expire("b");
  t.deepEqual(backend.calls.slice(2), ["get player/b"]);
  t.is(backend.entries.size, 1);
});

test("expire() of a value that has expired long ago does not make it last longer", async (t) => {
  const { category, clock } = openCategory<number>(t, { graceMs: 5000, load: failing });
  await category.set("a", 1);
  await clock.advance(14_000);
  await category.expire("a");
  await clock.advance(999);
  t.is(await category.get("a"), 1);
  await clock.advance(1);
  await t.throwsAsync(category.get("a"));
});

test("expire() after a set that waits has the value written as expired, in one call", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue", graceMs: 5000 });
  backend.goDown();
  await category.set("a", 1);
  await category.expire("a");
  t.is(await category.get("a"), undefined);
  t.is(await category.get("a", { load: failing }), 1);
  backend.calls.length = 0;
  backend.comeBack();
  await category.drained();
  t.deepEqual(backend.calls, ["put player/a"]);
  const other = openCategory<number>(t, { backend, clock, graceMs: 5000 });
  t.is(await other.category.get("a"), undefined);
  t.is(await other.category.get("a", { load: failing }), 1);
});

test("expire() after a delete that waits leaves it a delete", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue", graceMs: 5000 });
  await category.set("a", 1);
  backend.goDown();
  await category.delete("a");
  await category.expire("a");
  backend.comeBack();
  await category.drained();
  t.is(backend.entries.size, 0);
});

test("a set after an expire() that waits takes its place", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue", graceMs: 5000 });
  await category.set("a", 1);
  backend.goDown();
  await category.expire("a");
  await category.set("a", 2);
  t.is(await category.get("a"), 2);
  backend.comeBack();
  await category.drained();
  t.is(await category.get("a"), 2);
  t.is(backend.count("put"), 2);
});

test("an expire() while the backend is down is done when it is back, and nothing fresh is answered meanwhile", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue", graceMs: 5000 });
  await category.set("a", 1);
  backend.goDown();
  await category.expire("a");
  t.is(category.undelivered, 1);
  t.is(await category.get("a"), undefined);
  const slow = backend.hold("get");
  backend.comeBack();
  t.is(await category.get("a"), undefined);
  slow.release();
  await category.drained();
  const other = openCategory<number>(t, { backend, clock, graceMs: 5000 });
  t.is(await other.category.get("a"), undefined);
});

test("while an expire() is on its way, what the backend has is answered as stale only", async (t) => {
  const { category, backend } = openCategory<number>(t, { graceMs: 5000 });
  await category.set("a", 1);
  const slow = backend.hold("put");
  const expire = category.expire("a");
  t.is(await category.get("a"), undefined);
  t.like(await category.lookup("a", { load: failing }), { value: 1, source: "backend", stale: true });
  slow.release();
  await expire;
});

test("an expire() that timed out is settled by its late end, and tried again where it was not done", async (t) => {
  for (const isDone of [true, false]) {
    const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue", graceMs: 5000 });
    await category.set("a", 1);
    const slow = backend.hold("put");
    const expire = category.expire("a");
    await clock.settle();
    slow.timeOut();
    await expire;
    t.is(await category.get("a"), undefined);
    slow.late(isDone);
    await clock.advance(1000);
    t.is(backend.count("put"), isDone ? 2 : 3);
    t.is(category.undelivered, 0);
    t.is(await category.get("a"), undefined);
  }
});

test("under throw, expire() rejects with what the backend does, and the value is no longer fresh all the same", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "throw", near: NEAR, graceMs: 5000 });
  for (const operation of ["get", "put"] as const) {
    await category.set("a", 1);
    const failure = operation === "get" ? new BackendTimeoutError("slow") : new BackendError("broken");
    backend.failing(operation, failure);
    t.is(await t.throwsAsync(category.expire("a")), failure);
    backend.failing(operation, undefined);
    t.is(category.peek("a"), undefined);
    t.is(await category.get("a"), undefined);
  }
});

test("expire() ends a load in the air for later gets, as every write does", async (t) => {
  const { category, clock } = openCategory<number>(t, { near: NEAR, graceMs: 5000 });
  let finish: (value: number) => void = () => {};
  const before = category.get("a", { load: () => new Promise((resolve) => (finish = resolve)) });
  await clock.settle();
  await category.expire("a");
  finish(1);
  t.is(await before, 1);
  t.is(await category.get("a"), undefined);
});

test("expire() refuses what is no key, and once the category is closed", async (t) => {
  const { category } = openCategory<number>(t);
  await t.throwsAsync(category.expire(""), { message: /key/ });
  category.close();
  await t.throwsAsync(category.expire("a"), { instanceOf: ClosedError });
});
