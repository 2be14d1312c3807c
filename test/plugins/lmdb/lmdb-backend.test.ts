import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { open } from "lmdb";
import { OpenStores } from "@stockpile/plugin-lmdb";
import { until } from "../../support/until.js";
import { at, bytes, scanAll, textOf } from "../support/entries.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openLife } from "./open-life.js";

test("get() answers what was put, with its time of expiry where it has one", async (t) => {
  const { backend, clock } = await openLife(t);
  const expiresAt = clock.now() + 1000;
  await backend.put(at("a"), { value: bytes("one") });
  await backend.put(at("b"), { value: bytes("two"), expiresAt });
  t.deepEqual({ ...backend.get(at("a")) }, { value: Buffer.from("one") });
  t.deepEqual({ ...backend.get(at("b")) }, { value: Buffer.from("two"), expiresAt });
  t.is(backend.get(at("c")), undefined);
});

test("values of every size come back unchanged, in memory that is nobody else's", async (t) => {
  const { backend } = await openLife(t);
  for (const size of [0, 1, 2000, 4090, 32_768, 32_769, 1_000_000, 8 * 1024 * 1024]) {
    const value = Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);
    await backend.put(at("a"), { value: value.slice() });
    const entry = backend.get(at("a"));
    t.true(Buffer.from(entry?.value ?? []).equals(value), `${size} bytes`);
    t.is(entry?.value.buffer.byteLength, size);
  }
});

test("a value that was read does not change when its entry does, nor the entry when it is written to", async (t) => {
  const { backend } = await openLife(t);
  for (const size of [100, 100_000]) {
    await backend.put(at("a"), { value: new Uint8Array(size).fill(1) });
    const read = backend.get(at("a"))?.value ?? new Uint8Array();
    await backend.put(at("a"), { value: new Uint8Array(size).fill(2) });
    t.true(read.every((byte) => byte === 1));
    read.fill(3);
    t.true(backend.get(at("a"))?.value.every((byte) => byte === 2));
  }
});

test("an entry is a miss once its time has passed, not before", async (t) => {
  const { backend, clock } = await openLife(t);
  await backend.put(at("a"), { value: bytes("one"), expiresAt: clock.now() + 10 });
  clock.advance(10);
  t.is(await textOf(backend, at("a")), "one");
  clock.advance(1);
  t.is(await textOf(backend, at("a")), undefined);
  t.deepEqual((await scanAll(backend, "player", 10)).keys, []);
});

test("put() of an entry that has expired removes the one before", async (t) => {
  const { backend, clock } = await openLife(t);
  await backend.put(at("a"), { value: bytes("one") });
  await backend.put(at("a"), { value: bytes("two"), expiresAt: clock.now() - 1 });
  t.is(backend.get(at("a")), undefined);
  t.deepEqual((await scanAll(backend, "player", 10)).keys, []);
});

test("purge() removes the entry and succeeds where there is none", async (t) => {
  const { backend } = await openLife(t);
  await backend.purge(at("a"));
  await backend.put(at("a"), { value: bytes("one") });
  await backend.purge(at("a"));
  t.is(backend.get(at("a")), undefined);
});

test("keys of 1,024 bytes in a category of 64, and odd ones, are kept and listed as they are", async (t) => {
  const { backend, clock } = await openLife(t);
  const category = "x".repeat(64);
  const keys = ["a", "A", "é", "e\u0301", "a ", "a\0", "\0", "../..", "日".repeat(341), "x".repeat(1024)];
  const expiresAt = clock.now() + 1000;
  for (const key of keys) await backend.put(at(key, category), { value: bytes(key), expiresAt });
  for (const key of keys) t.is(await textOf(backend, at(key, category)), key);
  const { keys: listed } = await scanAll(backend, category, 3);
  t.deepEqual(listed.toSorted(), keys.toSorted());
  await t.throwsAsync(backend.put(at("x".repeat(2000)), { value: bytes("x") }), {
    message: /expected category and key of at most 1970 bytes of UTF-8: received 2013/,
  });
});

test("bulk calls do all in one transaction, in the order of the keys", async (t) => {
  const { backend } = await openLife(t);
  const keys = Array.from({ length: 300 }, (_, index) => at(`key ${index}`));
  await backend.putMany(keys.map((key) => [key, { value: bytes(key.key) }] as const));
  const found = backend.getMany([at("none"), ...keys]);
  t.is(found[0], undefined);
  t.deepEqual(
    found.slice(1).map((entry) => Buffer.from(entry?.value ?? []).toString()),
    keys.map(({ key }) => key),
  );
  await backend.purgeMany(keys.slice(0, 299));
  t.deepEqual((await scanAll(backend, "player", 1000)).keys, ["key 299"]);
  await backend.putMany([]);
  await backend.purgeMany([]);
  t.deepEqual(backend.getMany([]), []);
});

test("writes of one key take effect in the order they were called, clears included", async (t) => {
  const { backend } = await openLife(t);
  for (let round = 0; round < 20; round += 1) {
    await Promise.all([
      backend.put(at("a"), { value: new Uint8Array(300_000) }),
      backend.put(at("before"), { value: bytes("x") }),
      backend.purge(at("a")),
      backend.put(at("a"), { value: bytes("x") }),
      backend.clear("player"),
      backend.put(at("a"), { value: bytes(`last ${round}`) }),
      backend.put(at("kept", "skin"), { value: bytes("kept") }),
    ]);
    t.is(await textOf(backend, at("a")), `last ${round}`);
    t.is(backend.get(at("before")), undefined);
    t.is(await textOf(backend, at("kept", "skin")), "kept");
  }
});

test("clear() takes effect at once and leaves categories whose names look alike", async (t) => {
  const { backend } = await openLife(t);
  const names = ["a", "a.b", "a_b", "a-b", "ab"];
  const keys = Array.from({ length: 1000 }, (_, index) => `k${index}`);
  for (const name of names) {
    await backend.putMany(keys.map((key) => [at(key, name), { value: bytes(name) }] as const));
  }
  await backend.clear("a");
  t.deepEqual(await scanAll(backend, "a", 100), { keys: [], pages: 1 });
  for (const name of names.slice(1)) t.is((await scanAll(backend, name, 500)).keys.length, keys.length);
});

test("scan() lists in pages of at most the limit, each key once, whatever comes and goes meanwhile", async (t) => {
  const { backend } = await openLife(t);
  const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`);
  await backend.putMany(keys.map((key) => [at(key), { value: bytes(key) }] as const));
  await backend.put(at("other", "skin"), { value: bytes("x") });
  t.deepEqual(await scanAll(backend, "player", 3), { keys, pages: 4 });
  t.deepEqual(await scanAll(backend, "player", 10), { keys, pages: 1 });
  const first = backend.scan({ category: "player", limit: 5 });
  await backend.purge(at(first.cursor ?? ""));
  await backend.put(at("key-00"), { value: bytes("x") });
  const second = backend.scan({ category: "player", limit: 100, cursor: first.cursor ?? "" });
  t.deepEqual([...first.keys, ...second.keys], keys);
  t.throws(() => backend.scan({ category: "player", limit: 5, cursor: "" }), { message: /"cursor"/ });
});

test("scan() ends a page early where the values it passes are large", async (t) => {
  const { backend } = await openLife(t);
  for (let index = 0; index < 5; index += 1) {
    await backend.put(at(`${index}`), { value: new Uint8Array(8 * 1024 * 1024) });
  }
  t.deepEqual(await scanAll(backend, "player", 100), { keys: ["0", "1", "2", "3", "4"], pages: 2 });
});

test("what was put is there for the next life, with its expiry", async (t) => {
  const first = await openLife(t);
  const expiresAt = first.clock.now() + 1000;
  await first.backend.put(at("a"), { value: bytes("one"), expiresAt });
  await first.backend.close();
  const second = await openLife(t, { root: first.root });
  t.deepEqual({ ...second.backend.get(at("a")) }, { value: Buffer.from("one"), expiresAt });
});

test("two backends of one life on one folder share it, and must agree on it", async (t) => {
  const one = await openLife(t);
  const other = await openLife(t, { root: one.root, stores: one.stores });
  await one.backend.put(at("a"), { value: bytes("x") });
  t.is(await textOf(other.backend, at("a")), "x");
  await t.throwsAsync(openLife(t, { root: one.root, stores: one.stores, durability: "sync" }), {
    message: /expected "durability" to be "async", as of the other backend with this path: received "sync"/,
  });
  await one.backend.close();
  await other.backend.put(at("a"), { value: bytes("open") });
  t.is(await textOf(other.backend, at("a")), "open");
});

test("close() has the writes end that were called before", async (t) => {
  const life = await openLife(t);
  const writes = Array.from({ length: 50 }, (_, index) =>
    life.backend.put(at(`${index}`), { value: new Uint8Array(100_000) }),
  );
  await life.backend.close();
  await Promise.all(writes);
  const next = await openLife(t, { root: life.root });
  t.is((await scanAll(next.backend, "player", 100)).keys.length, 50);
});

test("the folder and its files are for this user alone, and a path may hold dots", async (t) => {
  const root = join(temporaryFolder(t), "a.b", "c.mdb");
  const { backend } = await openLife(t, { root });
  await backend.ping();
  t.is(statSync(root).mode & 0o777, 0o700);
  for (const name of ["data.mdb", "lock.mdb"]) t.is(statSync(join(root, name)).mode & 0o777, 0o600);
});

test("past maxBytes entries are refused, those that are there are kept, and room comes with what goes", async (t) => {
  const maxBytes = 4 * 1024 * 1024;
  const { backend, root, clock } = await openLife(t, { maxBytes });
  const value = new Uint8Array(3000);
  const expiresAt = clock.now() + 5000;
  let stored = 0;
  const fill = async (): Promise<void> => {
    for (;;) {
      await backend.put(at(`key ${stored}`), { value, expiresAt });
      stored += 1;
    }
  };
  await t.throwsAsync(fill(), {
    message:
      /^Cannot store entry of category "player" in .*: expected at most 4194304 bytes in use \("maxBytes"\): received \d+ more than the \d+ there are/,
  });
  t.true(stored > 700, `${stored} entries were stored`);
  t.true(statSync(join(root, "data.mdb")).size < maxBytes * 1.5);
  t.true(Array.from({ length: stored }, (_, index) => backend.get(at(`key ${index}`))).every(Boolean));
  await backend.purgeMany(Array.from({ length: 20 }, (_, index) => at(`key ${index}`)));
  await backend.put(at("room"), { value });
  clock.advance(20_000);
  await t.throwsAsync(
    backend.putMany(Array.from({ length: 1000 }, (_, index) => [at(`more ${index}`), { value }] as const)),
    { message: /maxBytes/ },
  );
  await until(
    "what has expired to be gone",
    () => backend.scan({ category: "player", limit: 5 }).cursor === undefined,
  );
  await backend.put(at("more"), { value });
});

const FOREIGN: Readonly<Record<string, readonly [make: (file: string) => unknown, message: RegExp]>> = {
  "is a text": [(file) => writeFileSync(file, "hello"), /expected a data file of LMDB: received another/],
  "is of zeros": [
    (file) => writeFileSync(file, Buffer.alloc(100_000)),
    /expected a data file of LMDB: received another/,
  ],
  "is of garbage": [
    (file) => writeFileSync(file, Buffer.alloc(100_000, 0x5a)),
    /expected a data file of LMDB: received another/,
  ],
  "is a folder": [(file) => mkdirSync(file), /expected a data file: received EISDIR/],
};

for (const [what, [make, message]] of Object.entries(FOREIGN)) {
  test(`a folder whose data file ${what} is refused, and left alone`, async (t) => {
    const root = temporaryFolder(t);
    const file = join(root, "data.mdb");
    make(file);
    const before = statSync(file).size;
    await t.throwsAsync(openLife(t, { root }), { name: "StorageFailure", message });
    t.is(statSync(file).size, before);
  });
}

test("a data file that was cut off is refused", async (t) => {
  const life = await openLife(t);
  await life.backend.put(at("a"), { value: new Uint8Array(2_000_000) });
  await life.backend.close();
  const file = join(life.root, "data.mdb");
  for (const size of [800_000, 8192, 4096, 100]) {
    truncateSync(file, size);
    await t.throwsAsync(openLife(t, { root: life.root }), { message: /cut off|received another/ }, `${size}`);
  }
  truncateSync(file, 0);
  t.is((await openLife(t, { root: life.root })).backend.get(at("a")), undefined);
});

test("pages that were garbled are an error that says what to do", async (t) => {
  const life = await openLife(t);
  for (let index = 0; index < 500; index += 1) {
    await life.backend.put(at(`${index}`), { value: new Uint8Array(500) });
  }
  await life.backend.close();
  const file = join(life.root, "data.mdb");
  const content = readFileSync(file);
  for (let page = 8192; page < content.byteLength; page += 4096) content.fill(0xff, page, page + 100);
  writeFileSync(file, content);
  const failure = await t.throwsAsync(
    (async () => {
      const { backend } = await openLife(t, { root: life.root });
      for (let index = 0; index < 500; index += 1) backend.get(at(`${index}`));
    })(),
    { name: "StorageFailure", message: /expected a data file that is whole: received MDB_/ },
  );
  t.regex(failure.message, /remove the folder: what it held will be loaded again/);
});

test("an environment of another program is refused, and left as it is", async (t) => {
  const root = temporaryFolder(t);
  const theirs = open<string, string>({ path: root, noSubdir: false });
  await theirs.put("their key", "theirs");
  await theirs.close();
  await t.throwsAsync(openLife(t, { root }), { message: /received one of another program/ });
  const again = open<string, string>({ path: root, noSubdir: false });
  t.is(again.get("their key"), "theirs");
  await again.close();
});

test("a path that is a file is refused", async (t) => {
  const path = join(temporaryFolder(t), "file");
  writeFileSync(path, "");
  await t.throwsAsync(openLife(t, { root: path }), { message: /expected a folder: received EEXIST/ });
});

test("opening fails once, and works once the reason is gone", async (t) => {
  const root = temporaryFolder(t);
  const stores = new OpenStores();
  writeFileSync(join(root, "data.mdb"), "hello");
  await t.throwsAsync(openLife(t, { root, stores }));
  truncateSync(join(root, "data.mdb"), 0);
  await t.notThrowsAsync(openLife(t, { root, stores }));
});
