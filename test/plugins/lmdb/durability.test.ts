/** What becomes of a folder that was written to without a sync. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { at, bytes, openLife, textOf } from "./open-life.js";

test("without a sync what was put is there for the next life, as long as the system runs", async (t) => {
  const first = await openLife(t, { durability: "none" });
  await first.backend.put(at("a"), { value: bytes("x") });
  await first.backend.close();
  const next = await openLife(t, { root: first.root, durability: "none" });
  t.is(textOf(next.backend, at("a")), "x");
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
    t.is(textOf(last.backend, at("b")), "y");
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
  t.is(textOf(last.backend, at("a")), "x");
});

test('"none" is refused where the system does not tell when it has started', async (t) => {
  await t.throwsAsync(openLife(t, { durability: "none", bootId: undefined }), {
    message: /expected a system that tells when it has started.*\(use "async"\)/,
  });
});
