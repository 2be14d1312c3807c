import test from "ava";
import {
  BackendError,
  BackendTimeoutError,
  isStockpileError,
  type StockpileError,
} from "../../../src/contract/errors.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";
import { openCategory } from "./open-category.js";

test("set() resolves once the backend has the value", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const put = backend.hold("put");
  let isSet = false;
  const set = category.set("a", 1).then(() => (isSet = true));
  await clock.settle();
  t.false(isSet);
  put.release();
  t.true(await set);
});

test("set() takes a ttl of its own where that is shorter", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  await category.set("a", 1, { ttl: "2s" });
  t.is(backend.entries.get("player/a")?.expiresAt, clock.now() + 2000);
  await clock.advance(1999);
  t.is(await category.get("a"), 1);
  await clock.advance(1);
  t.is(await category.get("a"), undefined);
});

test("set() with a ttl beyond the category's is fresh for the category's", async (t) => {
  const { category, clock } = openCategory<number>(t);
  await category.set("a", 1, { ttl: "1h" });
  t.is((await category.lookup("a")).expiresAt, clock.now() + 10_000);
});

test("set() stores what the value was when it was called", async (t) => {
  const { category, backend } = openCategory<Uint8Array>(t, { codec: resolveCodec("bytes") });
  const slow = backend.hold("put");
  const first = category.set("a", new Uint8Array([0]));
  const value = new Uint8Array([1]);
  const second = category.set("a", value);
  value[0] = 9;
  slow.release();
  await Promise.all([first, second]);
  t.deepEqual(await category.get("a"), new Uint8Array([1]));
});

test("delete() removes the value, and succeeds where there is none", async (t) => {
  const { category } = openCategory<number>(t);
  await category.set("a", 1);
  await category.delete("a");
  t.is(await category.get("a"), undefined);
  await t.notThrowsAsync(category.delete("a"));
});

test("set() and delete() reject with what the backend rejects with", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const error = new BackendError("full");
  backend.failing("put", error);
  backend.failing("purge", error);
  t.is(await t.throwsAsync(category.set("a", 1)), error);
  t.is(await t.throwsAsync(category.delete("a")), error);
});

test("a write that fails does not hold up the next one", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("put");
  const first = category.set("a", 1);
  const second = category.set("a", 2);
  slow.fail(new BackendError("full"));
  await t.throwsAsync(first, { instanceOf: BackendError });
  await second;
  t.is(await category.get("a"), 2);
});

const REFUSED: readonly (readonly [string, unknown, StockpileError["code"], RegExp])[] = [
  [
    "undefined",
    undefined,
    "STOCKPILE_VALUE_INVALID",
    /^Cannot encode "a" of category player: .*received undefined$/,
  ],
  ["a function", () => {}, "STOCKPILE_VALUE_INVALID", /received function$/],
  ["a bigint", 1n, "STOCKPILE_VALUE_INVALID", /BigInt/],
  [
    "a value over the limit",
    "x".repeat(999),
    "STOCKPILE_VALUE_TOO_LARGE",
    /^Cannot store "a" of category player: expected at most 1000 bytes: received 1001$/,
  ],
];
for (const [what, value, code, message] of REFUSED) {
  test(`set() refuses ${what}, and leaves the key and its flights alone`, async (t) => {
    const { category, backend, clock } = openCategory<unknown>(t);
    const loading = category.get("a", { load: () => 1 });
    const error = await t.throwsAsync(category.set("a", value), { message });
    t.true(isStockpileError(error) && error.code === code);
    await loading;
    await clock.settle();
    t.deepEqual(backend.calls, ["get player/a", "put player/a"]);
  });
}

test("set() takes a value of exactly the limit", async (t) => {
  const { category } = openCategory<string>(t);
  const value = "x".repeat(998);
  await category.set("a", value);
  t.is(await category.get("a"), value);
});

test("set() cuts a long key in what it says of a value that is too large", async (t) => {
  const { category } = openCategory<string>(t);
  const error = await t.throwsAsync(category.set("k".repeat(1000), "x".repeat(1000)));
  t.true((error?.message.length ?? Infinity) < 200);
});

test("set() refuses what a codec of the application's own makes of a value", async (t) => {
  for (const encode of [() => "text", () => Promise.resolve(new Uint8Array()), () => undefined]) {
    // @ts-expect-error The type forbids it, callers in JavaScript do not know.
    const { category } = openCategory<number>(t, { codec: { name: "own", encode, decode: () => 1 } });
    const error = await t.throwsAsync(category.set("a", 1), {
      message: /expected a Uint8Array from codec own/,
    });
    t.true(isStockpileError(error) && error.code === "STOCKPILE_VALUE_INVALID");
  }
});

test("set() rejects with what a codec of the application's own throws as the cause", async (t) => {
  const cause = new RangeError("no such player");
  const encode = (): never => {
    throw cause;
  };
  const { category } = openCategory<number>(t, { codec: { name: "own", encode, decode: () => 1 } });
  const error = await t.throwsAsync(category.set("a", 1), { message: /: no such player$/ });
  t.is(error?.cause, cause);
});

test("set() and delete() refuse a key that is none", async (t) => {
  const { category, backend } = openCategory<number>(t);
  for (const write of [category.set("", 1), category.delete("\ud83e")]) {
    const error = await t.throwsAsync(write);
    t.true(isStockpileError(error) && error.code === "STOCKPILE_KEY_INVALID");
  }
  t.deepEqual(backend.calls, []);
});

test("set() refuses a ttl that is none", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await t.throwsAsync(category.set("a", 1, { ttl: "soon" }));
  t.deepEqual(backend.calls, []);
});

test("one write of a key is under way at a time, and the newest replaces the one that waits", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const slow = backend.hold("put");
  const ended: number[] = [];
  const sets = [1, 2, 3, 4].map((value) => category.set("a", value).then(() => ended.push(value)));
  await clock.settle();
  t.is(backend.count("put"), 1);
  slow.release();
  await Promise.all(sets);
  t.is(backend.count("put"), 2);
  t.deepEqual(ended, [1, 2, 3, 4]);
  t.is(await category.get("a"), 4);
});

test("writes that were replaced settle as the newest does", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("put");
  const error = new BackendTimeoutError("slow");
  backend.failing("purge", error);
  const first = category.set("a", 1);
  const replaced = category.set("a", 2);
  const newest = category.delete("a");
  slow.release();
  await first;
  t.is(await t.throwsAsync(replaced), error);
  t.is(await t.throwsAsync(newest), error);
});

test("a delete after a set comes after it", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("put");
  const writes = [category.set("a", 1), category.delete("a")];
  slow.release();
  await Promise.all(writes);
  t.deepEqual(backend.calls, ["put player/a", "purge player/a"]);
  t.is(await category.get("a"), undefined);
});

test("a set after a delete comes after it", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("purge");
  const writes = [category.delete("a"), category.set("a", 1)];
  slow.release();
  await Promise.all(writes);
  t.is(await category.get("a"), 1);
});

test("writes of different keys do not wait for each other", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("put");
  const first = category.set("a", 1);
  await category.set("b", 2);
  t.is(backend.entries.size, 1);
  slow.release();
  await first;
  t.is(backend.entries.size, 2);
});

test("a set waits for a loaded value that is being stored, and comes after it", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const slow = backend.hold("put");
  await category.get("a", { load: () => 1 });
  const set = category.set("a", 2);
  await clock.settle();
  t.is(backend.count("put"), 1);
  slow.release();
  await set;
  t.is(await category.get("a"), 2);
});

test("a set replaces a loaded value that waits to be stored", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("put");
  await category.get("a", { load: () => 1 });
  await category.get("a", { load: () => 2, fresh: true });
  const set = category.set("a", 3);
  slow.release();
  await set;
  t.is(backend.count("put"), 2);
  t.is(await category.get("a"), 3);
});

test("a loaded value waits for an earlier one that is being stored", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const slow = backend.hold("put");
  for (const value of [1, 2, 3]) await category.get("a", { load: () => value, fresh: true });
  t.is(backend.count("put"), 1);
  slow.release();
  await clock.settle();
  t.is(backend.count("put"), 2);
  t.is(await category.get("a"), 3);
});

test("a loaded value that is newer than a set that waits takes its place, and is delivered as the set was to be", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const slow = backend.hold("put");
  await category.get("a", { load: () => 1 });
  const set = category.set("a", 2);
  t.is(await category.get("a", { load: () => 3, fresh: true }), 3);
  slow.release();
  await set;
  await clock.settle();
  t.is(await category.get("a"), 3);
  t.is(backend.count("put"), 2);
});
