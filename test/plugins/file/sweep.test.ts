import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "ava";
import { until } from "../../support/until.js";
import { at, bytes, CALL, scanAll, textOf } from "../support/entries.js";
import { listFiles } from "./list-files.js";
import { openLife } from "./open-life.js";
import type { Life } from "./open-life.js";

/** So many calls are a load that did not end by itself. */
const MOST_CALLS = 20_000;

/** Runs slices of the sweep until something is so, at most so many; answers how many it took. */
async function sweepUntil(life: Life, isSo: () => boolean, most: number = 200): Promise<number> {
  for (let slices = 0; slices < most; slices += 1) {
    if (isSo()) return slices;
    life.clock.tick();
    await life.slots.idle();
  }
  throw new Error(`${most} slices were not enough`);
}

test("the sweep removes expired entries nobody reads again, and only those", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  await backend.put(at("lasting"), { value: bytes("x") }, CALL);
  await backend.put(at("later"), { value: bytes("x"), expiresAt: clock.now() + 100_000 }, CALL);
  await backend.put(at("soon"), { value: bytes("x"), expiresAt: clock.now() + 1000 }, CALL);
  await backend.put(at("soon", "skin"), { value: bytes("x"), expiresAt: clock.now() + 1000 }, CALL);
  clock.advance(1001);
  await sweepUntil(life, () => listFiles(root, "entries").length === 2);
  t.deepEqual((await scanAll(backend, "player", 10)).keys.toSorted(), ["lasting", "later"]);
});

test("a slice of the sweep looks at no more files than it may, and the next goes on where it ended", async (t) => {
  const life = await openLife(t, { sweepFiles: 10 });
  const { backend, clock, root } = life;
  for (let index = 0; index < 50; index += 1) {
    await backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() }, CALL);
  }
  clock.advance(1);
  const counts: number[] = [];
  for (let left = 50; left > 0;) {
    clock.tick();
    await life.slots.idle();
    const now = listFiles(root, "entries").length;
    counts.push(left - now);
    left = now;
  }
  t.true(Math.max(...counts) <= 10, counts.join(" "));
  t.true(counts.length < 30, counts.join(" "));
});

test("the sweep starts no round sooner than a minute after the last", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  await backend.put(at("a"), { value: bytes("x") }, CALL);
  clock.tick();
  await life.slots.idle();
  await backend.put(at("b"), { value: bytes("x"), expiresAt: clock.now() }, CALL);
  clock.advance(1);
  const slices = await sweepUntil(life, () => listFiles(root, "entries").length === 1);
  t.true(slices >= 55 && slices <= 62, `${slices} slices, a second each`);
});

test("the sweep goes on while calls come without pause, and calls do not wait for it", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  for (let index = 0; index < 30; index += 1) {
    await backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() }, CALL);
  }
  clock.advance(1);
  clock.tick();
  // One call at a time leaves a slot free.
  while (listFiles(root, "entries").length > 1) await backend.put(at("busy"), { value: bytes("x") }, CALL);
  t.is(await textOf(backend, at("busy")), "x");
});

test("expired entries go, and the lock is touched, while more calls wait at any time than there are slots", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  for (let index = 0; index < 20; index += 1) {
    await backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() }, CALL);
  }
  // Each of these keeps one call waiting or running, on a key of its own: puts of one key wait for each other elsewhere.
  const busy = Array.from({ length: 16 }, (_, index) => at(`busy ${index}`));
  for (const key of busy) await backend.put(key, { value: bytes("x") }, CALL);
  const lock = join(root, "lock", "1");
  utimesSync(lock, 0, 0);
  clock.advance(1);
  let isOver = false;
  let calls = 0;
  const load = busy.map(async (key) => {
    for (; !isOver && calls < MOST_CALLS; calls += 2) {
      await backend.get(key, CALL);
      await backend.put(key, { value: bytes("x") }, CALL);
    }
  });
  clock.tick();
  await until("the lock to be touched", () => statSync(lock).mtimeMs > 0);
  await until("the expired entries to be gone", () => listFiles(root, "entries").length === busy.length);
  t.true(calls < MOST_CALLS, "the load went on until then");
  isOver = true;
  await Promise.all(load);
});

test("an entry that is replaced after the sweep has looked at it stays", async (t) => {
  const life = await openLife(t);
  const { backend, clock, slots } = life;
  await backend.put(at("a"), { value: bytes("old"), expiresAt: clock.now() }, CALL);
  clock.advance(1);
  const puts: Promise<void>[] = [];
  // A look answers whether the file is to be removed.
  slots.onBackground = (answer) => {
    if (answer === true) puts.push(backend.put(at("a"), { value: bytes("new") }, CALL));
  };
  clock.tick();
  await slots.idle();
  t.is(puts.length, 1);
  await Promise.all(puts);
  t.is(await textOf(backend, at("a")), "new");
});

test("the sweep removes files that nobody can find, and leaves alone what is not its own", async (t) => {
  const life = await openLife(t);
  const { backend, root } = life;
  await backend.put(at("a"), { value: bytes("x") }, CALL);
  const [file = ""] = listFiles(root, "entries");
  const content = readFileSync(file);
  const shard = dirname(file);
  writeFileSync(join(shard, "0".repeat(62)), "");
  writeFileSync(join(shard, "1".repeat(62)), content);
  content[4] = 9;
  writeFileSync(join(shard, "2".repeat(62)), content);
  writeFileSync(join(shard, "README"), "");
  mkdirSync(join(shard, "3".repeat(62)));
  await sweepUntil(life, () => listFiles(root, "entries").length === 3);
  await life.slots.idle();
  t.deepEqual(
    listFiles(root, "entries"),
    [join(shard, "2".repeat(62)), join(shard, "README"), file].toSorted(),
  );
  t.is(await textOf(backend, at("a")), "x");
  t.deepEqual(life.warnings, []);
});

test("clear() takes no longer for many entries; what it moved aside is removed in slices, also by the next host", async (t) => {
  const life = await openLife(t, { sweepFiles: 20 });
  const { backend, root } = life;
  const keys = Array.from({ length: 100 }, (_, index) => at(`${index}`));
  await Promise.all(keys.map((key) => backend.put(key, { value: bytes("x") }, CALL)));
  await backend.clear("player", CALL);
  t.deepEqual(listFiles(root, "entries"), []);
  t.is(listFiles(root, "work").length, 100);
  life.clock.tick();
  await life.slots.idle();
  const left = listFiles(root, "work").length;
  t.true(left < 100 && left >= 80, `${left} are left`);
  await backend.close();

  const next = await openLife(t, { root, hostId: "next" });
  t.is(listFiles(root, "work").length, left);
  await next.backend.put(at("1"), { value: bytes("new") }, CALL);
  await sweepUntil(next, () => listFiles(root, "work").length === 0);
  t.deepEqual((await scanAll(next.backend, "player", 10)).keys, ["1"]);
});

test("links in what is to be removed are removed, not followed", async (t) => {
  const life = await openLife(t);
  const { backend, root } = life;
  const outside = join(root, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "precious"), "");
  await backend.put(at("a"), { value: bytes("x") }, CALL);
  symlinkSync(outside, join(dirname(listFiles(root, "entries")[0] ?? ""), "link"));
  await backend.clear("player", CALL);
  await sweepUntil(life, () => listFiles(root, "work").length === 0);
  t.deepEqual(listFiles(root, "outside"), [join(outside, "precious")]);
});

test("close() ends the sweep and its timers", async (t) => {
  const { backend, clock, root } = await openLife(t);
  for (let index = 0; index < 100; index += 1) {
    await backend.put(at(`${index}`), { value: bytes("x"), expiresAt: clock.now() }, CALL);
  }
  clock.advance(1);
  clock.tick();
  await backend.close();
  const left = listFiles(root, "entries").length;
  t.true(left > 0, "the slice was cut short");
  t.deepEqual(clock.intervals, []);
  await new Promise((resolve) => setTimeout(resolve, 30));
  t.is(listFiles(root, "entries").length, left);
});
