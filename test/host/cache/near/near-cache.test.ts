import test from "ava";
import { HeldEntry } from "../../../../src/host/cache/held-entry.js";
import { NearCache } from "../../../../src/host/cache/near/near-cache.js";

/** What an entry counts with besides its value and its key, and a character of a key, in bytes. */
const OVERHEAD_BYTES = 256;
const CHARACTER_BYTES = 2;

const TIMES = { writeVersion: 1, storedAt: 0, freshUntil: 1, graceUntil: 1, refreshAt: 1 };

function entryOf(bytes: number): HeldEntry<string> {
  const decoder = { sharesValues: false, decode: () => "value", share: () => false };
  return new HeldEntry(new Uint8Array(bytes), TIMES, decoder, true);
}

test("the entry used least recently goes first, and a get is a use", (t) => {
  const near = new NearCache<string>({ entries: 2, bytes: 1e6 });
  near.set("a", entryOf(1));
  near.set("b", entryOf(1));
  near.get("a");
  near.set("c", entryOf(1));
  t.deepEqual(
    ["a", "b", "c"].map((key) => near.get(key) !== undefined),
    [true, false, true],
  );
  t.is(near.size, 2);
});

test("an entry counts with its encoded value, its key and what it takes besides", (t) => {
  const near = new NearCache<string>({ entries: 10, bytes: 1e6 });
  near.set("key", entryOf(100));
  t.is(near.bytes, OVERHEAD_BYTES + 3 * CHARACTER_BYTES + 100);
  near.set("key", entryOf(10));
  t.is(near.bytes, OVERHEAD_BYTES + 3 * CHARACTER_BYTES + 10);
  near.delete("key");
  t.is(near.bytes, 0);
});

test("entries go once they are too much together", (t) => {
  const near = new NearCache<string>({ entries: 100, bytes: 3 * (OVERHEAD_BYTES + CHARACTER_BYTES + 100) });
  for (const key of ["a", "b", "c"]) near.set(key, entryOf(100));
  t.is(near.size, 3);
  near.set("d", entryOf(101));
  t.deepEqual(
    ["a", "b", "c", "d"].map((key) => near.get(key) !== undefined),
    [false, false, true, true],
  );
});

test("an entry larger than the whole is not kept, moves no other, and leaves nothing older of its key", (t) => {
  const near = new NearCache<string>({ entries: 100, bytes: 1000 });
  near.set("a", entryOf(1));
  near.set("b", entryOf(1));
  near.set("a", entryOf(1000));
  t.is(near.get("a"), undefined);
  t.not(near.get("b"), undefined);
  t.is(near.size, 1);
});

test("clear() leaves nothing", (t) => {
  const near = new NearCache<string>({ entries: 10, bytes: 1e6 });
  for (const key of ["a", "__proto__"]) near.set(key, entryOf(1));
  near.clear();
  t.deepEqual([near.size, near.bytes, near.get("__proto__")], [0, 0, undefined]);
});
