import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import test from "ava";
import { at, bytes, CALL, scanAll, textOf } from "../support/entries.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { listFiles } from "./list-files.js";
import { openLife } from "./open-life.js";

/** The one file of an entry that there is. */
function onlyEntry(root: string): string {
  const [file, ...others] = listFiles(root, "entries");
  if (file === undefined || others.length > 0)
    throw new Error(`There are ${others.length + 1} entries or none`);
  return file;
}

test("values of every size come back unchanged, in memory that holds nothing of another entry", async (t) => {
  const { backend } = await openLife(t);
  // Around what is read first, what is written at once, and the largest value of a default configuration.
  for (const size of [0, 1, 16_340, 16_350, 16_384, 65_536, 65_537, 1_000_000, 8 * 1024 * 1024]) {
    const value = Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);
    await backend.put(at("a"), { value: value.slice() }, CALL);
    const entry = await backend.get(at("a"), CALL);
    t.true(Buffer.from(entry?.value ?? []).equals(value), `${size} bytes`);
    t.true((entry?.value.buffer.byteLength ?? 0) < size + 20_000);
  }
});

test("a file of any size around that of the first read is read to its end", async (t) => {
  const { backend } = await openLife(t);
  for (let size = 16_300; size < 16_400; size += 1) {
    await backend.put(at("a"), { value: new Uint8Array(size).fill(size) }, CALL);
    t.is((await backend.get(at("a"), CALL))?.value.byteLength, size);
  }
});

test("an entry is a miss once its time has passed, not before", async (t) => {
  const { backend, clock } = await openLife(t);
  await backend.put(at("a"), { value: bytes("one"), expiresAt: clock.now() + 10 }, CALL);
  clock.advance(10);
  t.is(await textOf(backend, at("a")), "one");
  clock.advance(1);
  t.is(await textOf(backend, at("a")), undefined);
});

test("put() of an entry that has expired removes the one before", async (t) => {
  const { backend, clock, root } = await openLife(t);
  await backend.put(at("a"), { value: bytes("one") }, CALL);
  await backend.put(at("a"), { value: bytes("two"), expiresAt: clock.now() - 1 }, CALL);
  t.is(await backend.get(at("a"), CALL), undefined);
  t.deepEqual(listFiles(root, "entries"), []);
});

test("purge() removes the entry, leaves no file and succeeds where there is none", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.purge(at("a"), CALL);
  await backend.put(at("a"), { value: bytes("one") }, CALL);
  await backend.purge(at("a"), CALL);
  await backend.purge(at("a"), CALL);
  t.is(await backend.get(at("a"), CALL), undefined);
  t.deepEqual([...listFiles(root, "entries"), ...listFiles(root, "work")], []);
});

test("whatever category and key are, no file lies outside the folder and every name is plain", async (t) => {
  const parent = temporaryFolder(t);
  const root = join(parent, "data");
  const { backend } = await openLife(t, { root });
  const odd = [
    "..",
    "../..",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "con",
    "NUL",
    "a.",
    "\0",
    "%2e%2e",
    "日".repeat(341),
    " ",
    "-rf",
  ];
  for (const name of odd) {
    await backend.put(at(name), { value: bytes(name) }, CALL);
    await backend.put(at("a", name), { value: bytes(`in ${name}`) }, CALL);
  }
  for (const name of odd) {
    t.is(await textOf(backend, at(name)), name);
    t.is(await textOf(backend, at("a", name)), `in ${name}`);
  }
  const files = listFiles(parent, "").map((file) => relative(root, file));
  t.true(
    files.every((file) => /^(?:entries\/[a-z0-9_-]+\/[0-9a-f]{2}\/[0-9a-f]{62}|lock\/[^/]+)$/.test(file)),
    files.join("\n"),
  );
});

test("categories whose names look alike are different", async (t) => {
  const { backend } = await openLife(t);
  const names = ["a.b", "a_b", "a-b", "x".repeat(63), "x".repeat(64)];
  for (const name of names) await backend.put(at("k", name), { value: bytes(name) }, CALL);
  await backend.clear("a_b", CALL);
  for (const name of names) t.is(await textOf(backend, at("k", name)), name === "a_b" ? undefined : name);
});

const DAMAGES: Readonly<Record<string, (file: string) => void>> = {
  "is empty": (file) => truncateSync(file),
  "was cut within its head": (file) => truncateSync(file, 20),
  "was cut within its key": (file) => truncateSync(file, 30),
  "was cut within its value": (file) => truncateSync(file, readFileSync(file).byteLength - 1),
  "is longer than it says": (file) => writeFileSync(file, "x", { flag: "a" }),
  "is full of zeros": (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).byteLength)),
  "is something else": (file) => writeFileSync(file, "{}".repeat(1000)),
  "is of a later format": (file) => changeByte(file, 4, 2),
  "is a folder": (file) => (rmSync(file), mkdirSync(file)),
  "is a link to a whole one": (file) => (renameSync(file, `${file}-real`), symlinkSync(`${file}-real`, file)),
  "claims to be 4 GiB long": (file) => [12, 13, 14, 15].forEach((offset) => changeByte(file, offset, 255)),
};

function changeByte(file: string, offset: number, value: number): void {
  const content = readFileSync(file);
  content[offset] = value;
  writeFileSync(file, content);
}

for (const [what, damage] of Object.entries(DAMAGES)) {
  for (const size of [100, 100_000]) {
    test(`an entry of ${size} bytes whose file ${what} is a miss, no error`, async (t) => {
      const { backend, root } = await openLife(t);
      await backend.put(at("a"), { value: new Uint8Array(size).fill(7) }, CALL);
      damage(onlyEntry(root));
      t.is(await backend.get(at("a"), CALL), undefined);
    });
  }
}

test("any byte of a file that is wrong makes the entry a miss", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.put(at("a"), { value: bytes("a value"), expiresAt: 2_000_000_000_000 }, CALL);
  const file = onlyEntry(root);
  const content = readFileSync(file);
  for (let offset = 0; offset < content.byteLength; offset += 1) {
    changeByte(file, offset, (content[offset] ?? 0) ^ 0x10);
    t.is(await backend.get(at("a"), CALL), undefined, `byte ${offset}`);
    writeFileSync(file, content);
  }
  t.is(await textOf(backend, at("a")), "a value");
});

test("a file that was put in the place of another key's is a miss there", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.put(at("a"), { value: bytes("of a") }, CALL);
  const ofA = onlyEntry(root);
  await backend.put(at("b"), { value: bytes("of b") }, CALL);
  const ofB = listFiles(root, "entries").find((file) => file !== ofA);
  copyFileSync(ofA, ofB ?? "");
  t.is(await textOf(backend, at("b")), undefined);
  await backend.put(at("b"), { value: bytes("again") }, CALL);
  t.is(await textOf(backend, at("b")), "again");
});

test("writes of one key take effect in the order they were called, whatever their sizes", async (t) => {
  const { backend } = await openLife(t);
  for (let round = 0; round < 20; round += 1) {
    const big = new Uint8Array(3_000_000).fill(round);
    const writes = [
      backend.put(at("a"), { value: big }, CALL),
      backend.purge(at("a"), CALL),
      backend.put(at("a"), { value: big }, CALL),
      backend.put(at("a"), { value: bytes(`last ${round}`) }, CALL),
    ];
    const purged = [backend.put(at("b"), { value: big }, CALL), backend.purge(at("b"), CALL)];
    await Promise.all([...writes, ...purged]);
    t.is(await textOf(backend, at("a")), `last ${round}`);
    t.is(await backend.get(at("b"), CALL), undefined);
  }
});

test("clear() removes what was put before it was called, also where that is still being written, and nothing put after", async (t) => {
  const { backend } = await openLife(t);
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([
      backend.put(at("before"), { value: new Uint8Array(2_000_000) }, CALL),
      backend.put(at("both"), { value: new Uint8Array(2_000_000) }, CALL),
      backend.clear("player", CALL),
      backend.put(at("both"), { value: bytes("new") }, CALL),
      backend.put(at("after"), { value: bytes("new") }, CALL),
      backend.put(at("kept", "skin"), { value: bytes("kept") }, CALL),
    ]);
    t.is(await textOf(backend, at("before")), undefined);
    t.is(await textOf(backend, at("both")), "new");
    t.is(await textOf(backend, at("after")), "new");
    t.is(await textOf(backend, at("kept", "skin")), "kept");
  }
});

test("two backends of one life on one folder share the order of writes", async (t) => {
  const one = await openLife(t);
  const other = await openLife(t, { root: one.root, life: one, fsync: true });
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([
      one.backend.put(at("a"), { value: new Uint8Array(2_000_000) }, CALL),
      other.backend.put(at("a"), { value: bytes("second") }, CALL),
    ]);
    t.is(await textOf(one.backend, at("a")), "second");
    await Promise.all([
      other.backend.put(at("a"), { value: bytes("x") }, CALL),
      one.backend.purge(at("a"), CALL),
    ]);
    t.is(await textOf(other.backend, at("a")), undefined);
  }
  await one.backend.close();
  await other.backend.put(at("a"), { value: bytes("open") }, CALL);
  t.is(await textOf(other.backend, at("a")), "open");
});

for (const fsync of [false, true]) {
  test(`with fsync ${fsync}, hundreds of calls at once end rightly, two file operations at a time`, async (t) => {
    const { backend, slots } = await openLife(t, { fsync });
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
    await Promise.all(keys.map((key) => backend.put(at(key), { value: bytes(key) }, CALL)));
    t.deepEqual(await Promise.all(keys.map((key) => textOf(backend, at(key)))), keys);
    await Promise.all(keys.map((key) => backend.purge(at(key), CALL)));
    t.deepEqual((await scanAll(backend, "player", 1000)).keys, []);
    t.is(slots.most, 2);
  });
}

test("scan() lists no expired key, and no file that is none of ours", async (t) => {
  const { backend, clock, root } = await openLife(t);
  await backend.put(at("expired"), { value: bytes("x"), expiresAt: clock.now() }, CALL);
  await backend.put(at("lasting"), { value: bytes("x") }, CALL);
  const [file = ""] = listFiles(root, "entries");
  writeFileSync(join(dirname(file), "README"), "");
  writeFileSync(join(dirname(file), "0".repeat(62)), "");
  clock.advance(1);
  t.deepEqual((await scanAll(backend, "player", 1)).keys, ["lasting"]);
});

test("scan() ends a page early where the time of its call runs out, and goes on from there", async (t) => {
  const { backend, clock } = await openLife(t);
  for (let index = 0; index < 20; index += 1) await backend.put(at(`${index}`), { value: bytes("x") }, CALL);
  const page = await backend.scan({ category: "player", limit: 100 }, { ...CALL, deadline: clock.now() - 2 });
  t.is(page.keys.length, 1);
  const rest = await backend.scan({ category: "player", limit: 100, cursor: page.cursor ?? "" }, CALL);
  t.is(new Set([...page.keys, ...rest.keys]).size, 20);
});

for (const cursor of ["", "0", "../..", "g".repeat(64)]) {
  test(`scan() refuses the cursor ${JSON.stringify(cursor)}, which none of its pages carries`, async (t) => {
    const { backend } = await openLife(t);
    await t.throwsAsync(backend.scan({ category: "player", cursor, limit: 5 }, CALL), {
      instanceOf: TypeError,
      message: `Cannot scan category "player": expected "cursor" to be one that a scan answered: received "${cursor}"`,
    });
  });
}

test("a call whose deadline has passed while it waited is not begun", async (t) => {
  const { backend, clock } = await openLife(t);
  const late = { ...CALL, deadline: clock.now() - 1 };
  await t.throwsAsync(backend.put(at("a"), { value: bytes("x") }, late), { message: /before the deadline/ });
  await t.throwsAsync(backend.get(at("a"), late), { message: /before the deadline/ });
  t.is(await backend.get(at("a"), CALL), undefined);
});

test("a folder that somebody removes while it is in use is made anew", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.put(at("a"), { value: bytes("one") }, CALL);
  rmSync(root, { recursive: true });
  t.is(await backend.get(at("a"), CALL), undefined);
  await backend.purge(at("a"), CALL);
  await backend.put(at("a"), { value: bytes("two") }, CALL);
  t.is(await textOf(backend, at("a")), "two");
});

test("ping() succeeds, leaves nothing and needs no earlier write", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.ping();
  t.deepEqual(listFiles(root, "work"), []);
});

test("close() waits for the writes that were called", async (t) => {
  const { backend, root } = await openLife(t);
  let isStored = false;
  const put = backend.put(at("a"), { value: new Uint8Array(5_000_000) }, CALL);
  const stored = put.finally(() => (isStored = true));
  await backend.close();
  t.true(isStored);
  await stored;
  const next = await openLife(t, { root, hostId: "another" });
  t.is((await next.backend.get(at("a"), CALL))?.value.byteLength, 5_000_000);
});
