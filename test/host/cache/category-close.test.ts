import test from "ava";
import { ClosedError } from "../../../src/contract/errors.js";
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
