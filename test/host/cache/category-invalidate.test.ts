/** invalidate(): somebody else has changed entries, and what this process had or was about to have of them is old. */
import test from "ava";
import { Gate, openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

for (const all of [true, false]) {
  const what = all ? "all" : "the key";
  const keys = all ? ("all" as const) : ["a"];

  test(`after invalidate() of ${what}, gets read what the backend has now`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t, { near: NEAR });
    const other = openCategory<number>(t, { backend, clock });
    await category.set("a", 1);
    await clock.advance(1);
    await other.category.set("a", 2);
    t.is(await category.get("a"), 1);
    category.invalidate(keys);
    t.is(category.peek("a"), undefined);
    t.is(await category.get("a"), 2);
    t.is(category.peek("a"), 2);
  });

  test(`a read in the air at invalidate() of ${what} answers its own caller, and is neither joined nor kept`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t, { near: NEAR });
    const other = openCategory<number>(t, { backend, clock });
    await other.category.set("a", 1);
    const slow = backend.hold("get");
    const before = category.get("a");
    slow.apply();
    await other.category.set("a", 2);
    category.invalidate(keys);
    t.is(await category.get("a"), 2);
    slow.release();
    t.is(await before, 1);
    t.is(category.peek("a"), 2);
  });

  test(`a load in the air at invalidate() of ${what} answers its own caller, and fills nothing`, async (t) => {
    const gates = [new Gate<number>(), new Gate<number>()];
    let loads = 0;
    const load = (): Promise<number> => (gates[loads++] as Gate<number>).opened;
    const { category, backend, clock } = openCategory<number>(t, { near: NEAR, load });
    const before = category.get("a");
    await clock.settle();
    category.invalidate(keys);
    const after = category.get("a");
    await clock.settle();
    gates[0]?.open(1);
    t.is(await before, 1);
    t.is(category.peek("a"), undefined);
    await clock.settle();
    t.is(backend.entries.size, 0);
    gates[1]?.open(2);
    t.is(await after, 2);
    t.is(category.peek("a"), 2);
  });

  test(`a loaded value that is being stored at invalidate() of ${what} is removed again`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t, { near: NEAR });
    const slow = backend.hold("put");
    await category.get("a", { load: () => 1 });
    category.invalidate(keys);
    t.is(category.peek("a"), undefined);
    slow.release();
    await clock.settle();
    t.is(backend.entries.size, 0);
    t.is(await category.get("a"), undefined);
  });

  test(`a loaded value that waits to be stored at invalidate() of ${what} is dropped`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t, { near: NEAR });
    const slow = backend.hold("purge");
    const deleted = category.delete("a");
    await category.get("a", { load: () => 1 });
    category.invalidate(keys);
    slow.release();
    await deleted;
    await clock.settle();
    t.is(backend.count("put"), 0);
    t.is(await category.get("a"), undefined);
  });

  test(`what this process has set and the backend does not have yet outlives invalidate() of ${what}`, async (t) => {
    const { category, backend } = openCategory<number>(t, { near: NEAR, onWriteError: "queue" });
    backend.goDown();
    await category.set("a", 1);
    category.invalidate(keys);
    t.like(await category.lookup("a"), { value: 1, source: "pending" });
    backend.comeBack();
    await category.drained();
    t.is(await category.get("a"), 1);
  });

  test(`a delete on its way outlives invalidate() of ${what}`, async (t) => {
    const { category, backend } = openCategory<number>(t, { near: NEAR, onWriteError: "queue" });
    await category.set("a", 1);
    backend.goDown();
    await category.delete("a");
    category.invalidate(keys);
    backend.comeBack();
    t.is(await category.get("a"), undefined);
    await category.drained();
    t.is(backend.entries.size, 0);
  });
}

test("invalidate() of some keys leaves the others alone", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { near: NEAR });
  await category.setMany(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  const slow = backend.hold("get");
  const reading = category.get("c");
  category.invalidate(["a", "unknown", "__proto__"]);
  category.invalidate([]);
  t.is(category.peek("a"), undefined);
  t.is(category.peek("b"), 2);
  const joined = category.get("c");
  slow.release();
  await Promise.all([reading, joined]);
  await clock.settle();
  t.is(backend.count("get"), 1);
});

test("invalidate() after close() does nothing", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue" });
  backend.goDown();
  await category.set("a", 1);
  category.close();
  category.invalidate("all");
  backend.comeBack();
  await category.drained();
  t.is(backend.entries.size, 1);
});
