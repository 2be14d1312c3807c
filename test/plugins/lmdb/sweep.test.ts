/** What is removed in the background: expired entries, and those of cleared categories. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import test from "ava";
import { open } from "lmdb";
import type { LmdbBackend } from "@stockpile/plugin-lmdb";
import { timely, tooLong } from "../../support/timely.js";
import { until } from "../../support/until.js";
import { at, bytes } from "../support/entries.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openLife } from "./open-life.js";
import type { Life } from "./open-life.js";

/** What a folder holds, looked at from outside: the numbers of entries and of due rows. */
async function countRows(root: string): Promise<{ entries: number; due: number }> {
  const environment = open({ path: root, noSubdir: false, maxDbs: 4, keyEncoding: "binary" });
  const [entries, due] = ["entries", "due"].map((name) =>
    environment.openDB(name, { keyEncoding: "binary", encoding: "binary", useVersions: true }).getKeysCount(),
  );
  await environment.close();
  return { entries: entries ?? -1, due: due ?? -1 };
}

/** Whether nothing is left that could be listed; looks at one entry. */
function isEmpty(backend: LmdbBackend): boolean {
  return backend.scan({ category: "player", limit: 1 }).cursor === undefined;
}

/** Sweeps until there is nothing more to be swept, and closes. */
async function sweepAndClose({ backend, clock }: Life): Promise<void> {
  clock.tick();
  await backend.ping();
  await backend.close();
}

test("expired entries are removed with their due rows, and no other", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  const expiresAt = clock.now() + 60_000;
  for (let index = 0; index < 100; index += 1) {
    await backend.put(at(`expires ${index}`), { value: bytes("x"), expiresAt: expiresAt + index });
  }
  await backend.put(at("later"), { value: bytes("x"), expiresAt: expiresAt + 600_000 });
  await backend.put(at("never"), { value: bytes("x") });
  clock.advance(59_000);
  clock.tick();
  await backend.ping();
  t.not(backend.get(at("expires 0")), undefined);
  clock.advance(60_000);
  await sweepAndClose(life);
  t.deepEqual(await countRows(root), { entries: 2, due: 1 });
});

test("an entry that was stored anew is kept, whatever is due of it", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  await backend.put(at("a"), { value: bytes("old"), expiresAt: clock.now() + 10_000 });
  await backend.put(at("a"), { value: bytes("new"), expiresAt: clock.now() + 100_000 });
  await backend.put(at("b"), { value: bytes("old"), expiresAt: clock.now() + 10_000 });
  await backend.put(at("b"), { value: bytes("new") });
  clock.advance(50_000);
  await sweepAndClose(life);
  t.deepEqual(await countRows(root), { entries: 2, due: 1 });
});

test("an entry that is stored again and again has a few due rows, and in the end none", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  const writes: Promise<void>[] = [];
  for (let round = 0; round < 2000; round += 1) {
    writes.push(backend.put(at("a"), { value: bytes("x"), expiresAt: clock.now() + 3_600_000 }));
    clock.advance(1800);
  }
  await Promise.all(writes);
  await backend.close();
  const { due } = await countRows(root);
  t.true(due > 0 && due <= 33, `${due} rows for one entry`);
  const next = await openLife(t, { root, clock });
  clock.advance(7_200_000);
  await sweepAndClose(next);
  t.deepEqual(await countRows(root), { entries: 0, due: 0 });
});

test("an entry that is stored while its expired predecessor is being swept survives", async (t) => {
  const { backend, clock } = await openLife(t);
  for (let round = 0; round < 30; round += 1) {
    await backend.put(at("a"), { value: bytes("old"), expiresAt: clock.now() + 10 });
    clock.advance(5000);
    clock.tick();
    const stored = backend.put(at("a"), { value: bytes("new"), expiresAt: clock.now() + 60_000 });
    await Promise.all([stored, backend.ping()]);
    await backend.ping();
    t.not(backend.get(at("a")), undefined, `round ${round}`);
  }
});

test("entries of a cleared category are removed, those stored since are kept", async (t) => {
  const life = await openLife(t);
  const { backend, root } = life;
  const keys = Array.from({ length: 3000 }, (_, index) => at(`${index}`));
  await backend.putMany(keys.map((key) => [key, { value: bytes("x") }] as const));
  await backend.put(at("kept", "skin"), { value: bytes("x") });
  await Promise.all([backend.clear("player"), backend.put(at("new"), { value: bytes("x") })]);
  t.not(backend.get(at("new")), undefined);
  // Also where the life ends before it has come to it.
  await backend.close();
  const next = await openLife(t, { root });
  next.clock.tick();
  let rows = await countRows(root);
  for (let round = 0; rows.entries > 2 && round < 100; round += 1) {
    await next.backend.ping();
    rows = await countRows(root);
  }
  t.is(rows.entries, 2);
});

test("what is removed makes room: the file does not grow for as much again", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  const sizes: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const entries = Array.from(
      { length: 2000 },
      (_, index) =>
        [at(`${round} ${index}`), { value: new Uint8Array(500), expiresAt: clock.now() + 5000 }] as const,
    );
    await backend.putMany(entries);
    clock.advance(10_000);
    clock.tick();
    await until("the sweep to end", () => isEmpty(backend));
    sizes.push(statSync(join(root, "data.mdb")).size);
  }
  t.true((sizes.at(-1) ?? 0) < (sizes[1] ?? 0) * 1.5, sizes.join(", "));
});

test.serial("a sweep of many thousands goes in steps between which calls are served", async (t) => {
  const root = temporaryFolder(t);
  await timely(t, async () => {
    const life = await openLife(t, { root });
    const { backend, clock } = life;
    for (let batch = 0; batch < 20; batch += 1) {
      const entries = Array.from(
        { length: 1000 },
        (_, index) =>
          [at(`${batch} ${index}`), { value: new Uint8Array(200), expiresAt: clock.now() + 5000 }] as const,
      );
      await backend.putMany(entries);
    }
    clock.advance(10_000);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    clock.tick();
    let pings = 0;
    for (; !isEmpty(backend); pings += 1) await backend.ping();
    delay.disable();
    await backend.close();
    t.true(pings > 3, `${pings} calls were served meanwhile`);
    return tooLong("the longest standstill", delay.max / 1e6, 250);
  });
});

test("nothing is swept once the backend was closed", async (t) => {
  const { backend, clock, warnings } = await openLife(t);
  await backend.put(at("a"), { value: bytes("x"), expiresAt: clock.now() + 1 });
  clock.advance(10_000);
  clock.tick();
  await backend.close();
  t.deepEqual(clock.intervals, []);
  t.deepEqual(warnings, []);
});

test("what was stored between two clears is removed, whichever generation it is of", async (t) => {
  const life = await openLife(t);
  const { backend, clock, root } = life;
  await backend.put(at("other", "texture"), { value: bytes("x") });
  // Generations are drawn: of so many, some lie before the last one and some behind it.
  for (let round = 0; round < 12; round += 1) {
    await backend.put(at(`${round}`), { value: bytes("x") });
    await backend.clear("player");
  }
  await backend.put(at("a"), { value: bytes("x") });
  await backend.put(at("b"), { value: bytes("x") });
  await backend.close();
  const next = await openLife(t, { root, clock });
  await sweepAndClose(next);
  t.deepEqual(await countRows(root), { entries: 3, due: 0 });
  const last = await openLife(t, { root, clock });
  t.deepEqual(last.backend.scan({ category: "player", limit: 10 }).keys, ["a", "b"]);
});
