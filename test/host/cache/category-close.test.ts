import test from "ava";
import { BackendError, ClosedError } from "../../../src/contract/errors.js";
import type { LoadContext } from "../../../src/host/cache/loader.js";
import { Gate, openCategory } from "./open-category.js";

test("close() has every new call rejected", async (t) => {
  const { category, backend } = openCategory<unknown>(t, { load: () => t.fail() });
  category.close();
  category.close();
  const calls = [category.get("a"), category.lookup("a"), category.set("a", 1), category.delete("a")];
  for (const call of calls) await t.throwsAsync(call, { instanceOf: ClosedError });
  t.deepEqual(backend.calls, []);
  t.is(category.health().gets.failed, 0);
});

test("close() ends loads in the air and aborts their signals", async (t) => {
  let context: LoadContext<number> | undefined;
  const gate = new Gate<number>();
  const { category, backend, clock } = openCategory<number>(t, {
    load: (_key, given) => {
      context = given;
      return gate.opened;
    },
  });
  const get = category.get("a");
  await clock.settle();
  category.close();
  const error = await t.throwsAsync(get, { instanceOf: ClosedError });
  t.is(context?.signal.reason, error);
  gate.open(1);
  await clock.settle();
  t.is(backend.count("put"), 0);
});

test("close() ends loads of an earlier generation too", async (t) => {
  const { category, clock } = openCategory<number>(t, { load: () => new Gate<number>().opened });
  const get = category.get("a");
  await clock.settle();
  await category.delete("a");
  category.close();
  await t.throwsAsync(get, { instanceOf: ClosedError });
});

test("close() lets reads in the air answer, and has those that would load rejected", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await category.set("a", 1);
  const reads = [backend.hold("get"), backend.hold("get")];
  const hit = category.get("a", { load: () => t.fail() });
  const miss = category.get("b", { load: () => t.fail() });
  const plain = category.get("b");
  category.close();
  for (const read of reads) read.release();
  t.is(await hit, 1);
  t.is(await plain, undefined);
  await t.throwsAsync(miss, { instanceOf: ClosedError });
});

test("close() lets writes under way and waiting settle", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const slow = backend.hold("put");
  const writes = [category.set("a", 1), category.set("a", 2)];
  category.close();
  slow.release();
  await Promise.all(writes);
  t.is(backend.count("put"), 2);
});

for (const onReadError of ["miss", "throw"] as const) {
  test(`close() has reads that it cuts off rejected under onReadError ${onReadError}, with their failure as cause`, async (t) => {
    const { category, backend, reported } = openCategory<number>(t, { onReadError });
    const reads = [backend.hold("get"), backend.hold("get")];
    const gets = [category.get("a"), category.lookup("a"), category.get("b", { load: () => t.fail() })];
    category.close();
    const failure = new BackendError("gone");
    for (const read of reads) read.fail(failure);
    for (const get of gets) {
      const error = await t.throwsAsync(get, { instanceOf: ClosedError });
      t.is(error?.cause, failure);
    }
    t.deepEqual(reported, []);
    const { failed, none } = category.health().gets;
    t.deepEqual({ failed, none }, { failed: 0, none: 0 });
  });
}

test("close() has writes that it cuts off rejected, with their failure as cause", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const held = [backend.hold("put"), backend.hold("put"), backend.hold("purge")];
  const writes = [category.set("a", 1), category.set("a", 2), category.delete("b")];
  category.close();
  const failure = new BackendError("gone");
  for (const call of held) call.fail(failure);
  for (const write of writes) {
    const error = await t.throwsAsync(write, { instanceOf: ClosedError });
    t.is(error?.cause, failure);
  }
});

test("a write that fails before close() rejects with that failure", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const failure = new BackendError("down");
  backend.failing("put", failure);
  t.is(await t.throwsAsync(category.set("a", 1)), failure);
  category.close();
});

test("close() counts neither the loads it stops nor their gets as failed", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { load: () => new Gate<number>().opened });
  const loading = category.get("a");
  await clock.settle();
  const read = backend.hold("get");
  const reading = category.get("b");
  category.close();
  read.release();
  for (const get of [loading, reading]) await t.throwsAsync(get, { instanceOf: ClosedError });
  const { gets, loads } = category.health();
  t.is(gets.failed, 0);
  t.deepEqual(loads, { succeeded: 0, failed: 0 });
});

test("what a read brings after close() is answered to its own caller and to nobody else", async (t) => {
  const near = { entries: 10, bytes: 10_000, values: "freeze" } as const;
  const { category, backend } = openCategory<number>(t, { near });
  await category.set("a", 1);
  category.invalidate(["a"]);
  const slow = backend.hold("get");
  const before = category.get("a");
  category.close();
  slow.release();
  t.is(await before, 1);
  await t.throwsAsync(category.get("a"), { instanceOf: ClosedError });
  t.throws(() => category.peek("a"), { instanceOf: ClosedError });
});
