/** setMany() and deleteMany(): each key is a write like any other, sent together where the backend can. */
import test from "ava";
import {
  BackendError,
  BackendOverloadedError,
  ClosedError,
  isStockpileError,
} from "../../../src/contract/errors.js";
import { QueueBudget } from "../../../src/host/calls/queue-budget.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

test("setMany() takes a Map or any pairs, and of pairs with one key the last counts", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await category.setMany(new Map([["a", 1]]));
  await category.setMany([
    ["b", 1],
    ["c", 3],
    ["b", 2],
  ]);
  t.deepEqual(await category.getMany(["a", "b", "c"]), [1, 2, 3]);
  t.is(backend.count("put"), 3);
});

test("setMany() and deleteMany() of nothing do nothing", async (t) => {
  const { category, backend } = openCategory<number>(t);
  for (const ability of ["putMany", "purgeMany"] as const) backend.abilities.add(ability);
  await category.setMany([]);
  await category.deleteMany([]);
  t.deepEqual(backend.calls, []);
});

test("setMany() gives all its values the ttl it is given", async (t) => {
  const { category, clock } = openCategory<number>(t);
  await category.setMany(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    { ttl: "2s" },
  );
  for (const { expiresAt } of await category.lookupMany(["a", "b"])) t.is(expiresAt, clock.now() + 2000);
});

test("several values or keys leave in one call where the backend has one for them", async (t) => {
  const { category, backend } = openCategory<number>(t);
  for (const ability of ["putMany", "purgeMany"] as const) backend.abilities.add(ability);
  await category.setMany(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  await category.setMany(new Map([["c", 3]]));
  await category.deleteMany(["a", "b", "a"]);
  await category.deleteMany(["c"]);
  t.deepEqual(backend.calls, [
    "putMany player/a player/b",
    "put player/c",
    "purgeMany player/a player/b",
    "purge player/c",
  ]);
  t.is(backend.entries.size, 0);
});

test("many values leave in calls of at most 256", async (t) => {
  const queue = new QueueBudget({ queuedWrites: 1, queuedBytes: 1 });
  const { category, backend } = openCategory<number>(t, { queue });
  backend.abilities.add("putMany");
  await category.setMany(Array.from({ length: 300 }, (_, index) => [`${index}`, index] as const));
  t.deepEqual(
    backend.calls.map((call) => call.split(" ").length - 1),
    [256, 44],
  );
});

test("without such methods, values and keys leave one by one", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await category.setMany(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  await category.deleteMany(["a", "b"]);
  t.deepEqual(backend.calls, ["put player/a", "put player/b", "purge player/a", "purge player/b"]);
});

test("setMany() stores nothing where one of its values cannot be encoded", async (t) => {
  const { category, backend } = openCategory<unknown>(t, { near: NEAR });
  for (const [value, code] of [
    [1n, "STOCKPILE_VALUE_INVALID"],
    [undefined, "STOCKPILE_VALUE_INVALID"],
    ["x".repeat(1001), "STOCKPILE_VALUE_TOO_LARGE"],
  ] as const) {
    const error = await t.throwsAsync(
      category.setMany([
        ["a", 1],
        ["b", value],
      ]),
    );
    t.true(isStockpileError(error) && error.code === code);
  }
  t.deepEqual(backend.calls, []);
  t.is(category.peek("a"), undefined);
});

test("setMany() and deleteMany() refuse what are no pairs and no keys, with nothing done", async (t) => {
  const { category, backend } = openCategory<number>(t);
  // A caller without types may pass anything.
  for (const pairs of ["ab", 1, undefined, { a: 1 }, [["a"]], [["a", 1, 2]], ["ab"]] as never[])
    await t.throwsAsync(category.setMany(pairs), {
      instanceOf: TypeError,
      message: /^Cannot setMany: expected /,
    });
  for (const keys of ["ab", 1, undefined, { a: 1 }] as never[])
    await t.throwsAsync(category.deleteMany(keys), {
      instanceOf: TypeError,
      message: /^Cannot deleteMany: /,
    });
  for (const call of [
    category.setMany([
      ["a", 1],
      ["", 2],
    ]),
    category.deleteMany(["a", ""]),
  ]) {
    const error = await t.throwsAsync(call);
    t.true(isStockpileError(error) && error.code === "STOCKPILE_KEY_INVALID");
  }
  await t.throwsAsync(category.setMany([["a", 1]], { ttl: 0 }), { instanceOf: RangeError });
  await t.throwsAsync(category.setMany([["a", 1]], { fresh: true } as never), { instanceOf: TypeError });
  t.deepEqual(backend.calls, []);
});

test("a call for many that the backend fails is made again key by key, and those that fail alone reject it", async (t) => {
  const { category, backend } = openCategory<number>(t);
  for (const ability of ["putMany", "purgeMany"] as const) backend.abilities.add(ability);
  const bad = new BackendError("bad key");
  for (const many of ["putMany", "purgeMany"] as const)
    backend.failing(many, new BackendError("something in it"));
  for (const one of ["put", "purge"] as const)
    backend.failingWhen(one, ([id]) => (id === "player/b" ? bad : undefined));
  const set = category.setMany(["a", "b", "c"].map((key) => [key, 1]));
  const refused = await t.throwsAsync(set, {
    instanceOf: AggregateError,
    message: "Cannot setMany 1 of 3 keys of category player",
  });
  t.deepEqual(refused?.errors, [bad]);
  t.deepEqual([...backend.entries.keys()], ["player/a", "player/c"]);
  const deleted = category.deleteMany(["a", "b", "c"]);
  const kept = await t.throwsAsync(deleted, {
    instanceOf: AggregateError,
    message: "Cannot deleteMany 1 of 3 keys of category player",
  });
  t.deepEqual(kept?.errors, [bad]);
  t.is(backend.entries.size, 0);
});

test("under queue, a call for many that timed out is written again where it was not done", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.abilities.add("putMany");
  const slow = backend.hold("putMany");
  const set = category.setMany(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  slow.timeOut();
  await set;
  t.is(category.undelivered, 2);
  t.deepEqual(await category.getMany(["a", "b"]), [1, 2]);
  slow.late(false);
  await clock.advance(100);
  t.is(category.undelivered, 0);
  t.deepEqual([...backend.entries.keys()], ["player/a", "player/b"]);
});

test("under queue, a call for many that timed out and was done late is not written again", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.abilities.add("purgeMany");
  const slow = backend.hold("purgeMany");
  const deleted = category.deleteMany(["a", "b"]);
  slow.timeOut();
  await deleted;
  slow.late(true);
  await clock.advance(1000);
  t.is(category.undelivered, 0);
  t.deepEqual(backend.calls, ["purgeMany player/a player/b"]);
});

test("a key of setMany() that has a write under way waits for that, and the others do not", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  backend.abilities.add("putMany");
  const slow = backend.hold("put");
  const first = category.set("a", 1);
  const many = category.setMany(["a", "b", "c"].map((key) => [key, 2]));
  await clock.settle();
  t.deepEqual(backend.calls, ["put player/a", "putMany player/b player/c"]);
  slow.release();
  await Promise.all([first, many]);
  t.deepEqual(await category.getMany(["a", "b", "c"]), [2, 2, 2]);
});

test("where the queue has no room for all, setMany() rejects for those that found none", async (t) => {
  const queue = new QueueBudget({ queuedWrites: 2, queuedBytes: 10_000 });
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue", queue });
  backend.goDown();
  const set = category.setMany(["a", "b", "c"].map((key) => [key, 1]));
  const error = await t.throwsAsync(set, { instanceOf: AggregateError });
  t.is(error?.errors.length, 1);
  t.true(error?.errors[0] instanceof BackendOverloadedError);
  t.deepEqual(await category.getMany(["a", "b", "c"]), [1, 1, undefined]);
  backend.comeBack();
  await category.drained();
  t.is(backend.entries.size, 2);
});

test("setMany() and deleteMany() are refused once the category is closed", async (t) => {
  const { category } = openCategory<number>(t);
  category.close();
  await t.throwsAsync(category.setMany([]), { instanceOf: ClosedError });
  await t.throwsAsync(category.deleteMany([]), { instanceOf: ClosedError });
});
