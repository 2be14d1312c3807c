import { spawnSync } from "node:child_process";
import test from "ava";
import { ENTRY_OVERHEAD_BYTES, MemoryBackend } from "@stockpile/plugin-memory";
import { at, bytes } from "../support/entries.js";
import { FakeClock } from "../support/fake-clock.js";

const AMPLE = { maxEntries: 1000, maxBytes: 1024 * 1024 };

function open(bounds: Partial<typeof AMPLE> = {}): { backend: MemoryBackend; clock: FakeClock } {
  const clock = new FakeClock();
  return { backend: new MemoryBackend({ ...AMPLE, ...bounds }, clock), clock };
}

/** All keys of a category, sorted, and the number of pages they came in. */
function scanAll(backend: MemoryBackend, category: string, limit: number): { keys: string[]; pages: number } {
  const keys: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = backend.scan({ category, limit, ...(cursor === undefined ? {} : { cursor }) });
    keys.push(...page.keys);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { keys: keys.toSorted(), pages };
}

test("put() keeps no more of a larger buffer than the value", (t) => {
  const { backend } = open();
  const frame = new Uint8Array(10_000).fill(1);
  backend.put(at("a"), { value: frame.subarray(100, 300) });
  frame.fill(2);

  t.deepEqual(backend.get(at("a")), { value: new Uint8Array(200).fill(1) });
});

test("an entry is answered up to and at its time of expiry, and missed after it", (t) => {
  const { backend, clock } = open();
  backend.put(at("a"), { value: bytes("one"), expiresAt: clock.now() + 1000 });

  clock.advance(1000);
  t.not(backend.get(at("a")), undefined);
  clock.advance(1);
  t.is(backend.get(at("a")), undefined);
  t.deepEqual(backend.scan({ category: "player", limit: 10 }), { keys: [] });
});

test("put() of an entry that has expired already removes what was under the key, and displaces nothing", (t) => {
  const { backend, clock } = open({ maxEntries: 2 });
  backend.put(at("a"), { value: bytes("one") });
  backend.put(at("b"), { value: bytes("two") });
  backend.put(at("b"), { value: bytes("old"), expiresAt: clock.now() - 1 });
  backend.put(at("c"), { value: bytes("old"), expiresAt: clock.now() - 1 });

  t.is(backend.get(at("b")), undefined);
  t.is(backend.get(at("c")), undefined);
  t.deepEqual(backend.get(at("a")), { value: bytes("one") });
});

test("get() of an expired entry makes room for another", (t) => {
  const { backend, clock } = open({ maxEntries: 2 });
  backend.put(at("a"), { value: bytes("one") });
  backend.put(at("b"), { value: bytes("two"), expiresAt: clock.now() });
  clock.advance(1);
  backend.get(at("b"));
  backend.put(at("c"), { value: bytes("three") });

  t.deepEqual(scanAll(backend, "player", 10).keys, ["a", "c"]);
});

test("past maxEntries the entry used least recently goes first, whatever its category", (t) => {
  const { backend } = open({ maxEntries: 3 });
  backend.put(at("a", "player"), { value: bytes("one") });
  backend.put(at("b", "skin"), { value: bytes("two") });
  backend.put(at("c", "player"), { value: bytes("three") });
  backend.get(at("a", "player"));
  backend.put(at("d", "cape"), { value: bytes("four") });

  t.is(backend.get(at("b", "skin")), undefined);
  t.deepEqual(scanAll(backend, "player", 10).keys, ["a", "c"]);
  t.deepEqual(scanAll(backend, "cape", 10).keys, ["d"]);
});

test("a scan is no use of an entry, a put is", (t) => {
  const { backend } = open({ maxEntries: 2 });
  backend.put(at("a"), { value: bytes("one") });
  backend.put(at("b"), { value: bytes("two") });
  backend.put(at("a"), { value: bytes("three") });
  scanAll(backend, "player", 1);
  backend.put(at("c"), { value: bytes("four") });

  t.deepEqual(scanAll(backend, "player", 10).keys, ["a", "c"]);
});

test("past maxBytes as many entries go as it takes", (t) => {
  const size = ENTRY_OVERHEAD_BYTES + 2;
  const { backend } = open({ maxBytes: 3 * (size + 100) });
  for (const key of ["a", "b", "c"]) backend.put(at(key), { value: new Uint8Array(100) });
  t.deepEqual(scanAll(backend, "player", 10).keys, ["a", "b", "c"]);

  backend.put(at("d"), { value: new Uint8Array(200) });
  t.deepEqual(scanAll(backend, "player", 10).keys, ["c", "d"]);
});

test("an entry that grows in place makes others go, not itself", (t) => {
  const size = ENTRY_OVERHEAD_BYTES + 2;
  const { backend } = open({ maxBytes: 2 * (size + 100) });
  backend.put(at("a"), { value: new Uint8Array(100) });
  backend.put(at("b"), { value: new Uint8Array(100) });
  backend.put(at("a"), { value: new Uint8Array(101) });

  t.deepEqual(scanAll(backend, "player", 10).keys, ["a"]);
});

test("an entry may fill maxBytes to the last byte; with one more, put() is refused and changes nothing", (t) => {
  const { backend } = open({ maxBytes: ENTRY_OVERHEAD_BYTES + 2 + 100 });
  backend.put(at("a"), { value: new Uint8Array(100).fill(1) });
  t.not(backend.get(at("a")), undefined);

  for (const key of ["a", "b"]) {
    t.throws(() => backend.put(at(key), { value: new Uint8Array(101) }), {
      instanceOf: RangeError,
      message: `Cannot store entry of category "player": expected at most ${ENTRY_OVERHEAD_BYTES + 102} bytes ("maxBytes"), its key and overhead included: received ${ENTRY_OVERHEAD_BYTES + 103}`,
    });
  }
  t.deepEqual(backend.get(at("a")), { value: new Uint8Array(100).fill(1) });
  t.is(backend.get(at("b")), undefined);
});

test("scan() passes over entries that have expired, removes them and fills its page with others", (t) => {
  const { backend, clock } = open({ maxEntries: 10 });
  for (let index = 0; index < 10; index += 1) {
    const expiresAt = clock.now() + (index % 2) * 1000;
    backend.put(at(`${index}`), { value: bytes("x"), expiresAt });
  }
  clock.advance(1);

  t.is(backend.scan({ category: "player", limit: 4 }).keys.length, 4);
  t.deepEqual(scanAll(backend, "player", 4).keys, ["1", "3", "5", "7", "9"]);
  for (let index = 0; index < 5; index += 1) backend.put(at(`new-${index}`), { value: bytes("x") });
  t.not(backend.get(at("1")), undefined);
});

test("scan() ends although keys are added without end", (t) => {
  const { backend } = open();
  for (let index = 0; index < 20; index += 1) backend.put(at(`${index}`), { value: bytes("x") });
  let added = 0;
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = backend.scan({ category: "player", limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    for (let each = 0; each < 5; each += 1) backend.put(at(`new-${(added += 1)}`), { value: bytes("x") });
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined && pages < 1000);

  t.is(pages, 10);
});

test("scan() takes a cursor of another life of the plugin", (t) => {
  const { backend } = open();
  backend.put(at("a"), { value: bytes("one") });

  t.deepEqual(backend.scan({ category: "player", cursor: "500", limit: 5 }), { keys: ["a"] });
  t.deepEqual(backend.scan({ category: "never", cursor: "500", limit: 5 }), { keys: [] });
});

for (const cursor of ["", "0", "-1", "1.5", "abc", "99999999999999999999"]) {
  test(`scan() refuses the cursor ${JSON.stringify(cursor)}, which none of its pages carries`, (t) => {
    const { backend } = open();
    backend.put(at("a"), { value: bytes("one") });

    t.throws(() => backend.scan({ category: "player", cursor, limit: 5 }), {
      instanceOf: TypeError,
      message: `Cannot scan category "player": expected "cursor" to be one that a scan answered: received "${cursor}"`,
    });
  });
}

test("clear() gives back the room of what it removes", (t) => {
  const size = ENTRY_OVERHEAD_BYTES + 2;
  const { backend } = open({ maxEntries: 3, maxBytes: 3 * (size + 10) });
  backend.put(at("a", "skin"), { value: new Uint8Array(10) });
  for (const key of ["b", "c"]) backend.put(at(key), { value: new Uint8Array(10) });
  backend.clear("player");
  for (const key of ["d", "e"]) backend.put(at(key), { value: new Uint8Array(10) });

  t.deepEqual(scanAll(backend, "skin", 10).keys, ["a"]);
  t.deepEqual(scanAll(backend, "player", 10).keys, ["d", "e"]);
});

test("the sweep removes expired entries nobody reads again, and only those", (t) => {
  const { backend, clock } = open({ maxEntries: 4 });
  backend.put(at("lasting"), { value: bytes("x") });
  backend.put(at("later"), { value: bytes("x"), expiresAt: clock.now() + 5000 });
  backend.put(at("soon", "player"), { value: bytes("x"), expiresAt: clock.now() + 1000 });
  backend.put(at("soon", "skin"), { value: bytes("x"), expiresAt: clock.now() + 1000 });
  clock.advance(1001);
  clock.tick();
  for (const key of ["new-1", "new-2"]) backend.put(at(key), { value: bytes("x") });

  // Had the sweep left the expired ones, the least recently used would have gone for the new ones.
  t.deepEqual(scanAll(backend, "player", 10).keys, ["lasting", "later", "new-1", "new-2"]);
  t.deepEqual(scanAll(backend, "skin", 10).keys, []);
});

test("the sweep gets round thousands of entries in a few short runs", (t) => {
  const count = 2000;
  const { backend, clock } = open({ maxEntries: count, maxBytes: 64 * 1024 * 1024 });
  backend.put(at("oldest", "skin"), { value: bytes("x") });
  for (let index = 1; index < count; index += 1) {
    backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() + 1000 });
  }
  clock.advance(1001);
  clock.tick();
  backend.put(at("new-1"), { value: bytes("x") });
  t.not(backend.get(at("oldest", "skin")), undefined, "one run frees room");

  for (let run = 0; run < 4; run += 1) clock.tick();
  for (let index = 2; index < count; index += 1) backend.put(at(`new-${index}`), { value: bytes("x") });
  t.not(backend.get(at("oldest", "skin")), undefined, "five runs free all");
});

test("the sweep goes on rightly when the category it is in is cleared and filled again", (t) => {
  const { backend, clock } = open({ maxEntries: 3000, maxBytes: 64 * 1024 * 1024 });
  for (let index = 0; index < 1000; index += 1) {
    backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() + 1000 });
  }
  clock.tick(); // half of the category
  backend.clear("player");
  backend.put(at("lasting"), { value: bytes("x") });
  backend.put(at("soon"), { value: bytes("x"), expiresAt: clock.now() + 1000 });
  clock.advance(1001);
  for (let run = 0; run < 3; run += 1) clock.tick();

  for (let index = 0; index < 2999; index += 1) backend.put(at(`${index}`, "skin"), { value: bytes("x") });
  t.not(backend.get(at("lasting")), undefined);
  t.is(scanAll(backend, "skin", 1000).keys.length, 2999);
});

test("the sweep passes over nothing when the category it is in shrinks below where it is", (t) => {
  const { backend, clock } = open({ maxEntries: 1000 });
  backend.put(at("oldest", "skin"), { value: bytes("x") });
  for (let index = 1; index < 1000; index += 1) {
    backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() + 1000 });
  }
  clock.tick(); // "skin", and half of "player"
  for (let index = 300; index < 1000; index += 1) backend.purge(at(`${index}`));
  clock.advance(1001);
  clock.tick();
  for (let index = 0; index < 999; index += 1) backend.put(at(`new-${index}`), { value: bytes("x") });

  t.not(backend.get(at("oldest", "skin")), undefined, "the 299 expired ones made room");
});

test("the sweep starts over after each round", (t) => {
  const { backend, clock } = open({ maxEntries: 2 });
  backend.put(at("lasting"), { value: bytes("x") });
  for (let round = 0; round < 5; round += 1) {
    backend.put(at(`${round}`), { value: bytes("x"), expiresAt: clock.now() + 1000 });
    clock.advance(1001);
    clock.tick();
    clock.tick();
  }

  t.not(backend.get(at("lasting")), undefined);
});

test("a backend sweeps on one timer, however many entries it has, and on none once it is closed", (t) => {
  const { backend, clock } = open();
  for (let index = 0; index < 100; index += 1) {
    backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() + index });
  }
  t.deepEqual(clock.intervals, [250]);

  backend.close();
  t.deepEqual(clock.intervals, []);
});

test("two backends share nothing", (t) => {
  const one = open().backend;
  const other = open().backend;
  one.put(at("a"), { value: bytes("one") });

  t.is(other.get(at("a")), undefined);
  one.close();
  other.put(at("a"), { value: bytes("two") });
  t.deepEqual(other.get(at("a")), { value: bytes("two") });
});

test("a backend that is never closed keeps no process alive", (t) => {
  const program = `
    import { MemoryBackend } from ${JSON.stringify(import.meta.resolve("@stockpile/plugin-memory"))};
    const backend = new MemoryBackend({ maxEntries: 10, maxBytes: 10_000 });
    backend.put({ category: "c", key: "k" }, { value: new Uint8Array(1), expiresAt: Date.now() + 3_600_000 });
  `;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    timeout: 30_000,
    encoding: "utf8",
  });
  t.is(status, 0, stderr);
});
