/** getMany() and lookupMany(): each key is a get like any other, read together where the backend can. */
import test from "ava";
import {
  BackendError,
  BackendTimeoutError,
  ClosedError,
  DeadlineError,
  isStockpileError,
  LoadError,
  PluginUnavailableError,
} from "../../../src/contract/errors.js";
import { openCategory, type Bench } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

/** A category over a backend that has "a" to "c". */
async function withThree(bench: Bench<string>): Promise<Bench<string>> {
  await bench.category.setMany(["a", "b", "c"].map((key) => [key, `value of ${key}`]));
  bench.backend.calls.length = 0;
  return bench;
}

test("getMany() answers in the order of its keys, duplicates and absent ones included", async (t) => {
  const { category } = await withThree(openCategory<string>(t));
  t.deepEqual(await category.getMany(["c", "none", "a", "c"]), [
    "value of c",
    undefined,
    "value of a",
    "value of c",
  ]);
  t.deepEqual(await category.getMany(new Set(["b"])), ["value of b"]);
});

test("getMany() of no keys answers none, and asks nobody", async (t) => {
  const { category, backend } = openCategory<string>(t, { load: () => t.fail() });
  backend.abilities.add("getMany");
  t.deepEqual(await category.getMany([]), []);
  t.deepEqual(await category.lookupMany([]), []);
  t.deepEqual(backend.calls, []);
});

test("lookupMany() says of each key where its value came from", async (t) => {
  const bench = await withThree(openCategory<string>(t, { near: NEAR, load: (key) => `loaded ${key}` }));
  const { category, backend, clock } = bench;
  const other = openCategory<string>(t, { near: NEAR, load: (key) => `loaded ${key}`, backend, clock });
  await other.category.get("a");
  const slow = backend.hold("put");
  const set = other.category.set("w", "waiting");
  const found = await other.category.lookupMany(["a", "b", "w", "x"]);
  t.deepEqual(
    found.map(({ value, source }) => [value, source]),
    [
      ["value of a", "near"],
      ["value of b", "backend"],
      ["waiting", "near"],
      ["loaded x", "loader"],
    ],
  );
  slow.release();
  await set;
  t.like(category.health().gets, { near: 0, backend: 0 });
  t.like(other.category.health().gets, { near: 2, backend: 2, loader: 1 });
});

test("keys are read in one call where the backend has getMany, each once", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t));
  backend.abilities.add("getMany");
  await category.getMany(["c", "none", "a", "c"]);
  t.deepEqual(backend.calls, ["getMany player/c player/none player/a"]);
});

test("a single key to be read is read by get, and those the near cache has are not read", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t, { near: NEAR }));
  backend.abilities.add("getMany");
  const other = openCategory<string>(t, { near: NEAR, backend });
  await other.category.get("a");
  backend.calls.length = 0;
  t.deepEqual(await other.category.getMany(["a", "b", "a"]), ["value of a", "value of b", "value of a"]);
  t.deepEqual(backend.calls, ["get player/b"]);
  t.deepEqual(await category.getMany(["a", "b", "c"]), ["value of a", "value of b", "value of c"]);
  t.deepEqual(backend.calls, ["get player/b"]);
});

test("keys are read one by one where the backend has no getMany", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t));
  await category.getMany(["a", "b"]);
  t.deepEqual(backend.calls, ["get player/a", "get player/b"]);
});

test("many keys are read in calls of at most 256", async (t) => {
  const { category, backend } = openCategory<number>(t);
  backend.abilities.add("getMany");
  const keys = Array.from({ length: 600 }, (_, index) => `${index}`);
  t.is((await category.getMany(keys)).length, 600);
  t.deepEqual(
    backend.calls.map((call) => call.split(" ").length - 1),
    [256, 256, 88],
  );
});

test("a call for many that the backend fails is made again key by key, and one bad key fails alone", async (t) => {
  const { category, backend, reported } = await withThree(openCategory<string>(t));
  backend.abilities.add("getMany");
  const bad = new BackendError("bad key");
  backend.failing("getMany", new BackendError("something in it"));
  backend.failingWhen("get", ([id]) => (id === "player/b" ? bad : undefined));
  const found = await category.lookupMany(["a", "b", "c"]);
  t.deepEqual(
    found.map(({ value }) => value),
    ["value of a", undefined, "value of c"],
  );
  t.deepEqual(found[1]?.failures, [bad]);
  t.is(backend.count("getMany"), 1);
  t.deepEqual(
    reported.map(({ operation, key }) => [operation, key]),
    [["read", "b"]],
  );
});

for (const isDown of [true, false]) {
  test(`a call for many that ${isDown ? "comes while the backend is down" : "times out"} is not made again: each key has failed`, async (t) => {
    const { category, backend } = await withThree(openCategory<string>(t));
    backend.abilities.add("getMany");
    const error = new BackendTimeoutError("slow");
    backend.failing("getMany", error);
    if (isDown) backend.goDown();
    for (const { failures } of await category.lookupMany(["a", "b"])) {
      if (isDown) t.true(failures[0] instanceof PluginUnavailableError);
      else t.deepEqual(failures, [error]);
    }
    t.is(backend.count("get"), 0);
  });
}

test("a key that is refused as the end of its plugin costs its neighbours nothing", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t));
  for (const ability of ["getMany", "putMany", "purgeMany"] as const) backend.abilities.add(ability);
  const refusal = new PluginUnavailableError("this key ended it twice");
  for (const operation of ["get", "getMany", "put", "putMany", "purge", "purgeMany"] as const)
    backend.failingWhen(operation, (ids) => (ids.includes("player/b") ? refusal : undefined));
  t.deepEqual(await category.getMany(["a", "b", "c"]), ["value of a", undefined, "value of c"]);
  const set = await t.throwsAsync(category.setMany(["a", "b"].map((key) => [key, "new"])), {
    instanceOf: AggregateError,
  });
  t.deepEqual(set?.errors, [refusal]);
  t.is(await category.get("a"), "new");
  await t.throwsAsync(category.deleteMany(["a", "b"]), { instanceOf: AggregateError });
  t.is(await category.get("a"), undefined);
});

test("what was read together answers those who asked for a key by itself, and the other way round", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t));
  backend.abilities.add("getMany");
  const [single, many] = [backend.hold("get"), backend.hold("getMany")];
  const first = category.get("a");
  const found = category.getMany(["a", "b", "c"]);
  const last = category.get("c");
  single.release();
  many.release();
  t.deepEqual(await found, ["value of a", "value of b", "value of c"]);
  t.deepEqual([await first, await last], ["value of a", "value of c"]);
  t.deepEqual(backend.calls, ["get player/a", "getMany player/b player/c"]);
});

test("getMany() refuses what are no keys, and asks nobody", async (t) => {
  const { category, backend } = openCategory<string>(t, { load: () => t.fail() });
  for (const keys of ["abc", 1, undefined, null, {}]) {
    // A caller without types may pass anything.
    const call = category.getMany(keys as never);
    await t.throwsAsync(call, {
      instanceOf: TypeError,
      message: /^Cannot getMany: expected an iterable of keys/,
    });
  }
  for (const key of ["", 1, undefined]) {
    const error = await t.throwsAsync(category.lookupMany(["a", key as string]));
    t.true(isStockpileError(error) && error.code === "STOCKPILE_KEY_INVALID");
  }
  await t.throwsAsync(category.getMany(["a"], { ttl: 1 } as never), { instanceOf: TypeError });
  t.deepEqual(backend.calls, []);
});

test("getMany() does not reject for a key that fails: it has no value, and lookupMany() says why", async (t) => {
  const error = new Error("no source");
  const load = (key: string): string => {
    if (key === "bad") throw error;
    return `loaded ${key}`;
  };
  const { category } = openCategory<string>(t, { load });
  t.deepEqual(await category.getMany(["x", "bad", "y"]), ["loaded x", undefined, "loaded y"]);
  const [bad] = await category.lookupMany(["bad"]);
  t.like(bad, { value: undefined, source: "none", stale: false });
  const failure = bad?.failures.at(-1);
  t.true(failure instanceof LoadError && failure.cause === error);
  t.is(category.health().gets.failed, 2);
});

test("under onReadError throw, getMany() rejects with all that failed, once all have ended", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t, { onReadError: "throw" }));
  const error = new BackendError("broken");
  backend.failingWhen("get", ([id]) => (id === "player/a" || id === "player/c" ? error : undefined));
  const slow = backend.hold("get");
  let isOver = false;
  const call = category.getMany(["b", "a", "c"]).finally(() => {
    isOver = true;
  });
  const assertion = t.throwsAsync(call, {
    instanceOf: AggregateError,
    message: "Cannot getMany 2 of 3 keys of category player",
  });
  await new Promise(setImmediate);
  t.false(isOver);
  slow.release();
  const thrown = await assertion;
  t.deepEqual(thrown?.errors, [error, error]);
});

test("the deadline of getMany() covers all its keys, rejects it as a whole, and the loads go on", async (t) => {
  const { category, backend, clock } = await withThree(openCategory<string>(t));
  backend.hold("get");
  const call = category.getMany(["a", "b"], { deadline: "50ms" });
  const assertion = t.throwsAsync(call, {
    instanceOf: DeadlineError,
    message: "Cannot getMany keys of category player: expected all answers within 50 ms",
  });
  await clock.advance(100);
  const error = await assertion;
  t.like(error, { operation: "getMany" });
  t.is(category.health().gets.failed, 1);
});

test("a signal rejects getMany() with its reason, leaves the reads to others, and no listener behind", async (t) => {
  const { category, backend, clock } = await withThree(openCategory<string>(t));
  const slow = backend.hold("get");
  const controller = new AbortController();
  const reason = { why: "gone" };
  const leaving = t.throwsAsync(category.getMany(["a", "b"], { signal: controller.signal }), { any: true });
  const staying = category.get("a");
  controller.abort(reason);
  t.is(await leaving, reason);
  slow.release();
  t.is(await staying, "value of a");
  const again = category.getMany(["a"], { signal: AbortSignal.abort(reason) });
  t.is(await t.throwsAsync(again, { any: true }), reason);
  t.is(category.health().gets.failed, 0);
  await clock.settle();
});

test("getMany() with fresh loads whatever there is", async (t) => {
  const { category, backend } = await withThree(openCategory<string>(t, { near: NEAR }));
  t.deepEqual(await category.getMany(["a", "b"], { fresh: true, load: (key) => `new ${key}` }), [
    "new a",
    "new b",
  ]);
  t.is(category.peek("a"), "new a");
  t.is(backend.count("get"), 0);
  await t.throwsAsync(category.getMany(["a"], { fresh: true }), { instanceOf: TypeError });
});

test("close() has getMany() rejected with a ClosedError, whatever onReadError is", async (t) => {
  for (const onReadError of ["miss", "throw"] as const) {
    const { category, backend } = openCategory<string>(t, { onReadError });
    const slow = [backend.hold("get"), backend.hold("get")];
    const call = category.getMany(["a", "b"]);
    category.close();
    for (const read of slow) read.fail(new BackendError("gone"));
    await t.throwsAsync(call, { instanceOf: ClosedError });
    await t.throwsAsync(category.getMany([]), { instanceOf: ClosedError });
  }
});
