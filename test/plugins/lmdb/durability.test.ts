/** What becomes of a folder that was written to without a sync. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { at, bytes, textOf } from "../support/entries.js";
import { Script } from "../support/run-script.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openLife } from "./open-life.js";

const PROCESS = new URL("fixtures/filler.js", import.meta.url);

test("without a sync what was put is there for the next life, as long as the system runs", async (t) => {
  const first = await openLife(t, { durability: "none" });
  await first.backend.put(at("a"), { value: bytes("x") });
  await first.backend.close();
  const next = await openLife(t, { root: first.root, durability: "none" });
  t.is(await textOf(next.backend, at("a")), "x");
  t.deepEqual(next.warnings, []);
});

for (const durability of ["none", "async", "sync"] as const) {
  test(`a folder written to without a sync is emptied once the system has started anew (then ${durability})`, async (t) => {
    const first = await openLife(t, { durability: "none" });
    await first.backend.put(at("a"), { value: bytes("x") });
    await first.backend.close();
    // What a crash may leave: pages of which only some have been written.
    writeFileSync(join(first.root, "data.mdb"), Buffer.alloc(50_000, 1));
    const next = await openLife(t, { root: first.root, durability, bootId: "next boot" });
    t.is(next.backend.get(at("a")), undefined);
    await next.backend.put(at("b"), { value: bytes("y") });
    t.like(next.warnings, { length: 1 });
    t.regex(JSON.stringify(next.warnings), /Emptied the folder/);
    await next.backend.close();
    const last = await openLife(t, { root: first.root, durability, bootId: "next boot" });
    t.is(await textOf(last.backend, at("b")), "y");
  });
}

test("once it was synced, a folder outlives a start of the system", async (t) => {
  const first = await openLife(t, { durability: "none" });
  await first.backend.put(at("a"), { value: bytes("x") });
  await first.backend.close();
  t.true(existsSync(join(first.root, "unsynced")));
  const synced = await openLife(t, { root: first.root, durability: "async" });
  t.false(existsSync(join(first.root, "unsynced")));
  await synced.backend.close();
  const last = await openLife(t, { root: first.root, bootId: "next boot" });
  t.is(await textOf(last.backend, at("a")), "x");
});

test('"none" is refused where the system does not tell when it has started', async (t) => {
  await t.throwsAsync(openLife(t, { durability: "none", bootId: undefined }), {
    message: /expected a system that tells when it has started.*\(use "async"\)/,
  });
});

test("processes that open such a folder at once after a start of the system share one store", async (t) => {
  for (let round = 0; round < 4; round += 1) {
    const path = temporaryFolder(t);
    const former = await openLife(t, { root: path, durability: "none", bootId: "former boot" });
    await former.backend.put(at("former"), { value: bytes("x") });
    await former.backend.close();
    const startAt = Date.now() + 1500;
    const names = ["a", "b", "c", "d", "e"];
    const processes = names.map((name) => {
      const steps = [`put:${name}:1`];
      return new Script(t, PROCESS, { path, durability: "none", at: startAt, steps });
    });
    await Promise.all(processes.map((process) => process.printed("done")));
    const { backend } = await openLife(t, { root: path, durability: "none", bootId: "boot" });
    const found = ["former", ...names].map((name) => backend.get(at(name))?.value.byteLength);
    t.deepEqual(found, [undefined, 1, 1, 1, 1, 1], `round ${round}`);
    await Promise.all(processes.map((process) => process.kill()));
  }
});

for (const [first, other] of [
  ["none", "async"],
  ["none", "sync"],
  ["async", "none"],
] as const) {
  test(`while a process uses a folder with ${first}, ${other} is refused; once it was killed, it is not`, async (t) => {
    const path = temporaryFolder(t);
    const steps = ["put:a:1"];
    const process = new Script(t, PROCESS, { path, durability: first, bootId: "this boot", steps });
    await process.printed("done");
    const refusal = { message: /expected "durability" to be .* as of others that use the folder: received/ };
    await t.throwsAsync(openLife(t, { root: path, durability: other }), refusal);
    // A refusal changes nothing of how the folder is written to.
    t.is(existsSync(join(path, "unsynced")), first === "none");
    const same = await openLife(t, { root: path, durability: first });
    t.is(same.backend.get(at("a"))?.value.byteLength, 1);
    await same.backend.close();
    await process.kill();
    const later = await openLife(t, { root: path, durability: other });
    t.is(later.backend.get(at("a"))?.value.byteLength, 1);
    t.is(existsSync(join(path, "unsynced")), other === "none");
  });
}
