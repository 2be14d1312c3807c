/** What the near cache of a category answers, for how long, and what it hands out. */
import test from "ava";
import { BackendError, ClosedError, isStockpileError } from "../../../src/contract/errors.js";
import type { NearLimits } from "../../../src/host/config/config.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";
import { openCategory } from "./open-category.js";

const NEAR: NearLimits = { entries: 100, bytes: 1e6, values: "freeze" };

test("what was set, read or loaded is answered from the near cache until ttl has passed", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, { near: NEAR });
  const other = openCategory<string>(t, { near: NEAR, backend, clock });
  await other.category.set("read", "r");
  await category.set("set", "s");
  await category.get("read");
  await category.get("loaded", { load: () => "l" });
  backend.calls.length = 0;
  await clock.advance(9999);
  for (const [key, value] of [
    ["set", "s"],
    ["read", "r"],
    ["loaded", "l"],
  ] as const) {
    t.like(await category.lookup(key), { value, source: "near", stale: false, failures: [] });
    t.is(category.peek(key), value);
  }
  t.deepEqual(backend.calls, []);
  await clock.advance(1);
  for (const key of ["set", "read", "loaded"]) t.is(category.peek(key), undefined);
  t.is(await category.get("read"), undefined);
  t.deepEqual(backend.calls, ["get player/read"]);
});

test("a value that the backend has for less long is fresh for less long in the near cache too", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { near: NEAR });
  const other = openCategory<number>(t, { backend, clock });
  await other.category.set("a", 1, { ttl: "2s" });
  t.is(await category.get("a"), 1);
  await clock.advance(1999);
  t.is(category.peek("a"), 1);
  await clock.advance(1);
  t.is(category.peek("a"), undefined);
});

test("a get answers from the near cache while the backend hangs, fails or is down", async (t) => {
  const { category, backend } = openCategory<number>(t, { near: NEAR, onReadError: "throw" });
  await category.set("a", 1);
  backend.hold("get");
  backend.failing("get", new BackendError("broken"));
  backend.goDown();
  t.is(await category.get("a"), 1);
});

test("peek() answers the near cache's fresh value, and asks nobody", async (t) => {
  const { category, backend } = openCategory<number>(t, { near: NEAR, load: () => t.fail() });
  t.is(category.peek("a"), undefined);
  await category.set("a", 1);
  backend.calls.length = 0;
  t.is(category.peek("a"), 1);
  await category.delete("a");
  t.is(category.peek("a"), undefined);
  t.deepEqual(backend.calls, ["purge player/a"]);
});

test("peek() answers nothing where there is no near cache", async (t) => {
  const { category } = openCategory<number>(t, { near: false });
  await category.set("a", 1);
  t.is(category.peek("a"), undefined);
});

test("peek() throws for what is no key, and once the category is closed", async (t) => {
  const { category } = openCategory<number>(t, { near: NEAR });
  await category.set("a", 1);
  for (const key of ["", "\ud800", 1, undefined]) {
    // A caller without types may pass anything.
    const error = t.throws(() => category.peek(key as string));
    t.true(isStockpileError(error) && error.code === "STOCKPILE_KEY_INVALID");
  }
  category.close();
  t.throws(() => category.peek("a"), { instanceOf: ClosedError });
});

test("a value that a read brings after close() is not kept: gets and peeks are refused", async (t) => {
  const { category, backend } = openCategory<number>(t, { near: NEAR });
  const other = openCategory<number>(t, { backend });
  await other.category.set("a", 1);
  const read = backend.hold("get");
  const get = category.get("a");
  category.close();
  read.release();
  t.is(await get, 1);
  await t.throwsAsync(category.get("a"), { instanceOf: ClosedError });
  t.throws(() => category.peek("a"), { instanceOf: ClosedError });
});

test("the near cache holds as many entries as it may, the ones used last", async (t) => {
  const { category } = openCategory<number>(t, { near: { ...NEAR, entries: 2 } });
  for (const key of ["a", "b", "c"]) await category.set(key, 1);
  t.deepEqual(
    ["a", "b", "c"].map((key) => category.peek(key)),
    [undefined, 1, 1],
  );
  t.is(category.health().near.entries, 2);
});

test("the near cache holds as many bytes as it may, and health() says how many", async (t) => {
  const { category } = openCategory<string>(t, { near: { ...NEAR, bytes: 2000 }, maxValueBytes: 1e6 });
  for (const key of ["a", "b", "c"]) await category.set(key, "x".repeat(500));
  const { near } = category.health();
  t.is(near.entries, 2);
  t.true(near.bytes > 1000 && near.bytes <= 2000, `${near.bytes}`);
  await category.set("d", "x".repeat(3000));
  t.is(category.peek("d"), undefined);
  t.is((await category.get("d"))?.length, 3000);
});

test("a value that is too large for the near cache does not leave an older one there", async (t) => {
  const { category } = openCategory<string>(t, { near: { ...NEAR, bytes: 2000 }, maxValueBytes: 1e6 });
  await category.set("a", "old");
  await category.set("a", "x".repeat(3000));
  t.is((await category.get("a"))?.length, 3000);
});

interface Deep {
  inner: { list: number[] };
}
const deep = (): Deep => ({ inner: { list: [1] } });

test("freeze: JSON values are one frozen value from the near cache, whatever they came from", async (t) => {
  const { category, backend } = openCategory<Deep>(t, { near: NEAR });
  const own = deep();
  await category.set("a", own);
  const loaded = await category.get("b", { load: deep });
  const other = openCategory<Deep>(t, { near: NEAR, backend });
  const read = await other.category.get("a");
  for (const value of [await category.get("a"), category.peek("a"), loaded, await category.get("b"), read]) {
    t.deepEqual(value, deep());
    t.throws(() => value?.inner.list.push(2), { instanceOf: TypeError });
    t.throws(() => Object.assign(value?.inner ?? {}, { list: [] }), { instanceOf: TypeError });
  }
  t.is(await category.get("a"), category.peek("a"));
  own.inner.list.push(3);
  t.deepEqual(await category.get("a"), deep());
  t.false(Object.isFrozen(own));
});

test("clone: each get has a value of its own, and changing it changes nobody else's", async (t) => {
  const { category } = openCategory<Deep>(t, { near: { ...NEAR, values: "clone" } });
  const own = deep();
  await category.set("a", own);
  const loaded = await category.get("b", { load: () => own });
  for (const value of [own, loaded, await category.get("a"), category.peek("a"), await category.get("b")])
    value?.inner.list.push(2);
  t.deepEqual(await category.get("a"), deep());
  t.deepEqual(await category.get("b"), deep());
  t.deepEqual(category.peek("a"), deep());
});

test("share: all gets have one value, which can be changed, and not the one that was set", async (t) => {
  const { category } = openCategory<Deep>(t, { near: { ...NEAR, values: "share" } });
  const own = deep();
  await category.set("a", own);
  const first = await category.get("a");
  t.not(first, own);
  t.is(await category.get("a"), first);
  first?.inner.list.push(2);
  t.deepEqual(category.peek("a"), { inner: { list: [1, 2] } });
});

for (const values of ["freeze", "clone"] as const) {
  test(`${values}: bytes are each get's own`, async (t) => {
    const near = { ...NEAR, values };
    const { category } = openCategory<Uint8Array>(t, { near, codec: resolveCodec("bytes") });
    const own = new Uint8Array([1, 2]);
    await category.set("a", own);
    const first = await category.get("a");
    for (const value of [own, first, category.peek("a")]) value?.fill(9);
    t.deepEqual(await category.get("a"), new Uint8Array([1, 2]));
    t.deepEqual((await category.lookup("a")).source, "near");
  });
}

test("share: bytes are one array for all gets", async (t) => {
  const near = { ...NEAR, values: "share" as const };
  const { category } = openCategory<Uint8Array>(t, { near, codec: resolveCodec("bytes") });
  await category.set("a", new Uint8Array([1]));
  t.is(await category.get("a"), await category.get("a"));
});

test("without a near cache, each get has a JSON value of its own that can be changed", async (t) => {
  const { category, backend } = openCategory<Deep>(t, { near: false });
  await category.set("a", deep());
  const values = await Promise.all([category.get("a"), category.get("a")]);
  for (const value of values) value?.inner.list.push(2);
  t.deepEqual(await category.get("a"), deep());
  const slow = backend.hold("put");
  const set = category.set("a", deep());
  (await category.get("a"))?.inner.list.push(2);
  t.deepEqual(await category.get("a"), deep());
  slow.release();
  await set;
});

test("an own codec's values are decoded for each get, unless they are shared", async (t) => {
  let decoded = 0;
  const codec = {
    name: "own",
    encode: (value: Date) => Buffer.from(value.toISOString()),
    decode: (bytes: Uint8Array) => {
      decoded += 1;
      return new Date(Buffer.from(bytes).toString());
    },
  };
  const frozen = openCategory<Date>(t, { near: NEAR, codec }).category;
  await frozen.set("a", new Date(0));
  (await frozen.get("a"))?.setTime(1);
  t.deepEqual(await frozen.get("a"), new Date(0));
  decoded = 0;
  const shared = openCategory<Date>(t, { near: { ...NEAR, values: "share" }, codec }).category;
  await shared.set("a", new Date(0));
  for (let count = 0; count < 5; count += 1) await shared.get("a");
  t.is(decoded, 1);
});

test("the near cache keeps nothing of the codec's own buffer", async (t) => {
  const buffer = new Uint8Array(1);
  const codec = {
    name: "own",
    encode: (value: number) => {
      buffer[0] = value;
      return buffer;
    },
    decode: (bytes: Uint8Array) => bytes[0] ?? -1,
  };
  const { category } = openCategory<number>(t, { near: NEAR, codec });
  await category.set("a", 1);
  await category.get("b", { load: () => 2 });
  buffer[0] = 9;
  t.is(await category.get("a"), 1);
  t.is(await category.get("b"), 2);
});

test("the near cache keeps nothing of the backend's buffer", async (t) => {
  const { category, backend } = openCategory<Uint8Array>(t, { near: NEAR, codec: resolveCodec("bytes") });
  const other = openCategory<Uint8Array>(t, { backend, codec: resolveCodec("bytes") });
  await other.category.set("a", new Uint8Array([1]));
  await category.get("a");
  backend.entries.get("player/a")?.value.fill(9);
  t.deepEqual(await category.get("a"), new Uint8Array([1]));
});

test("a value of the near cache that the codec decodes no more is a miss, counted once, and read again", async (t) => {
  let isBroken = false;
  const codec = {
    name: "own",
    encode: (value: number) => new Uint8Array([value]),
    decode: (bytes: Uint8Array) => {
      if (isBroken) throw new Error("broken");
      return bytes[0] ?? -1;
    },
  };
  const { category, backend, reported } = openCategory<number>(t, { near: NEAR, codec });
  await category.set("a", 1);
  isBroken = true;
  t.is(category.peek("a"), undefined);
  t.is(await category.get("a"), undefined);
  t.is(backend.count("get"), 1);
  isBroken = false;
  t.like(await category.lookup("a"), { value: 1, source: "backend" });
  t.deepEqual(
    reported.map(({ operation, key }) => [operation, key]),
    [
      ["decode", "a"],
      ["decode", "a"],
    ],
  );
  t.is(category.health().undecodable, 2);
});

test("has() says whether a get without a loader would have a value", async (t) => {
  const { category, backend, clock } = openCategory<number | null>(t, { near: NEAR, load: () => 1 });
  t.false(await category.has("a"));
  await category.set("a", null);
  t.true(await category.has("a"));
  const other = openCategory<number | null>(t, { backend, clock, graceMs: 5000 });
  t.true(await other.category.has("a"));
  const slow = backend.hold("purge");
  const deleted = other.category.delete("a");
  t.false(await other.category.has("a"));
  slow.release();
  await deleted;
  await clock.advance(10_000);
  t.false(await category.has("a"));
});

test("has() does not load, whatever the category loads with", async (t) => {
  const { category, backend } = openCategory<number>(t, {
    load: () => t.fail(),
    loadMany: () => t.fail(),
  });
  t.false(await category.has("a"));
  t.deepEqual(backend.calls, ["get player/a"]);
});

test("has() takes a failed read for no value, and rejects under onReadError throw", async (t) => {
  const error = new BackendError("broken");
  const lenient = openCategory<number>(t);
  lenient.backend.failing("get", error);
  t.false(await lenient.category.has("a"));
  const strict = openCategory<number>(t, { onReadError: "throw" });
  strict.backend.failing("get", error);
  t.is(await t.throwsAsync(strict.category.has("a")), error);
});

test("has() takes a signal and a deadline, and nothing else", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  backend.hold("get");
  const late = category.has("a", { deadline: 50 });
  const assertion = t.throwsAsync(late, {
    message: /"a" of category player: expected an answer within 50 ms/,
  });
  await clock.advance(100);
  await assertion;
  const reason = new Error("gone");
  await t.throwsAsync(category.has("a", { signal: AbortSignal.abort(reason) }), { is: reason });
  await t.throwsAsync(category.has("a", { fresh: true } as never), { instanceOf: TypeError });
  await t.throwsAsync(category.has(""), { message: /key/ });
});
