/** Two lives of one host on one folder, at the same time. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import test from "ava";
import { until } from "../../support/until.js";
import { at, bytes, CALL, textOf } from "../support/entries.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { listFiles } from "./list-files.js";
import { openLife } from "./open-life.js";
import type { Life } from "./open-life.js";

/** Has every slot of a life taken until the function it answers is called. */
async function hold({ slots }: Life): Promise<() => void> {
  let free = (): void => {};
  const held = new Promise<void>((resolve) => (free = resolve));
  for (let slot = 0; slot < 2; slot += 1) void slots.run("write", () => held);
  return free;
}

test("each of two lives reads what the other has written, in whatever order they write", async (t) => {
  const one = await openLife(t);
  const other = await openLife(t, { root: one.root });
  for (let round = 0; round < 5; round += 1) {
    for (const [writer, reader] of [
      [one, other],
      [one, other],
      [other, one],
    ] as const) {
      const text = `round ${round} ${String(writer === one)}`;
      await writer.backend.put(at("a"), { value: bytes(text) }, CALL);
      t.is(await textOf(reader.backend, at("a")), text);
    }
    await other.backend.purge(at("a"), CALL);
    t.is(await textOf(one.backend, at("a")), undefined);
    await one.backend.put(at("b"), { value: bytes("b") }, CALL);
    await other.backend.clear("player", CALL);
    t.is(await textOf(one.backend, at("b")), undefined);
  }
});

test("a life that only reads takes nothing from the one that writes", async (t) => {
  const writing = await openLife(t);
  await writing.backend.put(at("a"), { value: bytes("one") }, CALL);
  const before = listFolders(writing.root);
  const spare = await openLife(t, { root: writing.root });
  await textOf(spare.backend, at("a"));
  await spare.backend.ping();
  spare.clock.tick();
  await spare.backend.scan({ category: "player", limit: 10 }, CALL);
  await writing.backend.put(at("a"), { value: bytes("two") }, CALL);
  t.deepEqual(listFolders(writing.root), before);
});

function listFolders(root: string): string[] {
  return readdirSync(join(root, "work"));
}

for (const late of ["put", "purge", "clear"] as const) {
  test(`a ${late} that a life did not get to before another life wrote is refused, and changes nothing`, async (t) => {
    const old = await openLife(t);
    await old.backend.put(at("a"), { value: bytes("first") }, CALL);
    const free = await hold(old);
    const calls = {
      put: () => old.backend.put(at("a"), { value: bytes("late") }, CALL),
      purge: () => old.backend.purge(at("a"), CALL),
      clear: () => old.backend.clear("player", CALL),
    };
    const refused = t.throwsAsync(calls[late](), {
      message: /expected no other life to begin writing meanwhile/,
    });
    const next = await openLife(t, { root: old.root });
    await next.backend.put(at("a"), { value: bytes("newest") }, CALL);
    free();
    await refused;
    t.is(await textOf(next.backend, at("a")), "newest");
    t.is(await textOf(old.backend, at("a")), "newest");
  });
}

test("a write that a life is called for after another life wrote takes effect", async (t) => {
  const old = await openLife(t);
  await old.backend.put(at("a"), { value: bytes("first") }, CALL);
  const next = await openLife(t, { root: old.root });
  await next.backend.put(at("a"), { value: bytes("second") }, CALL);
  await Promise.all(
    ["third", "fourth", "newest"].map((text) => old.backend.put(at("a"), { value: bytes(text) }, CALL)),
  );
  t.is(await textOf(next.backend, at("a")), "newest");
});

test("the sweep of a life that another has taken over from removes nothing", async (t) => {
  const old = await openLife(t);
  await old.backend.put(at("a"), { value: bytes("x"), expiresAt: old.clock.now() }, CALL);
  const next = await openLife(t, { root: old.root });
  await next.backend.put(at("b"), { value: bytes("x") }, CALL);
  old.clock.advance(1);
  for (let slice = 0; slice < 5; slice += 1) {
    old.clock.tick();
    await old.backend.ping();
  }
  t.is(listFiles(old.root, "entries").length, 2);
  next.clock.advance(1);
  next.clock.tick();
  await until("the sweep of the life that writes", () => listFiles(old.root, "entries").length === 1);
});

test("what a former life had half written is removed once another writes", async (t) => {
  const old = await openLife(t);
  await old.backend.put(at("a"), { value: bytes("x") }, CALL);
  const [work = ""] = listFolders(old.root);
  writeFileSync(join(old.root, "work", work, "99.new"), "half");
  const next = await openLife(t, { root: old.root });
  await next.backend.put(at("b"), { value: bytes("x") }, CALL);
  next.clock.tick();
  await until("the rest to be gone", () => listFiles(old.root, "work").length === 0);
  t.is(await textOf(old.backend, at("a")), "x");
});

/** A write of a life in a thread: when it was called and, unless it was refused, acknowledged, in ns. */
interface Write {
  readonly version: number;
  readonly calledAt: bigint;
  readonly endedAt: bigint;
  readonly isRefused: boolean;
}

test("of two lives in threads that write the same key without pause, no acknowledged write loses to an earlier one", async (t) => {
  const root = temporaryFolder(t);
  const script = fileURLToPath(new URL("fixtures/rival.js", import.meta.url));
  for (let round = 0; round < 5; round += 1) {
    const rivals = [0, 1].map((index) => new Worker(script, { workerData: { root, index, writes: 60 } }));
    const reports = await Promise.all(
      rivals.map(async (rival) => (await once(rival, "message"))[0] as Write[]),
    );
    await Promise.all(rivals.map((rival) => rival.terminate()));
    const writes = reports.flat();
    const { backend } = await openLife(t, { root, hostId: "rivals" });
    const last = Number(await textOf(backend, at("a")));
    await backend.close();
    const winner = writes.find(({ version }) => version === last);
    t.false(winner?.isRefused ?? true, `version ${last} was refused or never written`);
    const losers = writes.filter(
      ({ isRefused, calledAt }) => !isRefused && calledAt > (winner?.endedAt ?? 0n),
    );
    t.deepEqual(losers, []);
    for (const report of reports)
      t.true(
        report.some(({ isRefused }) => !isRefused),
        "both get to write",
      );
  }
});
