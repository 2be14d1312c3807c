/** loadMany: what a loader of several keys is called with, and what becomes of what it answers. */
import test from "ava";
import { DeadlineError, LoadError } from "../../../src/contract/errors.js";
import type { LoadManyContext, ManyLoader } from "../../../src/host/cache/loader.js";
import { Gate, openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

/** Loads `loaded <key>` and remembers what it was asked for. */
function manyLoader(): { calls: (readonly string[])[]; loadMany: ManyLoader<string> } {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    loadMany: (keys) => {
      calls.push(keys);
      return keys.map((key) => `loaded ${key}`);
    },
  };
}

test("getMany() loads all that it does not find in one call, in the order of the keys, each once", async (t) => {
  const { calls, loadMany } = manyLoader();
  const { category, backend, clock } = openCategory<string>(t, { loadMany });
  await category.set("b", "stored");
  t.deepEqual(await category.getMany(["c", "b", "a", "c"]), ["loaded c", "stored", "loaded a", "loaded c"]);
  t.deepEqual(calls, [["c", "a"]]);
  await clock.settle();
  t.deepEqual([...backend.entries.keys()], ["player/b", "player/c", "player/a"]);
  t.deepEqual(category.health().loads.succeeded, 2);
});

test("what the near cache has, or is absent, keeps nothing else from being loaded", async (t) => {
  const { calls, loadMany } = manyLoader();
  const { category } = openCategory<string>(t, { loadMany, near: NEAR, negativeTtlMs: 1000 });
  await category.set("near", "stored");
  await category.get("absent", { load: () => undefined });
  const found = await category.lookupMany(["near", "absent", "a"]);
  t.deepEqual(
    found.map(({ value }) => value),
    ["stored", undefined, "loaded a"],
  );
  t.deepEqual(calls, [["a"]]);
});

test("get() loads a single key by loadMany where there is no load, and by load where there is", async (t) => {
  const { calls, loadMany } = manyLoader();
  const single = openCategory<string>(t, { loadMany }).category;
  t.is(await single.get("a"), "loaded a");
  t.is(await single.refresh("a"), "loaded a");
  t.deepEqual(calls, [["a"], ["a"]]);
  const both = openCategory<string>(t, { loadMany, load: () => "by load" }).category;
  t.is(await both.get("a"), "by load");
  t.deepEqual(await both.getMany(["b"]), ["loaded b"]);
});

test("the loader that a call brings goes before loadMany", async (t) => {
  const { category } = openCategory<string>(t, { loadMany: () => t.fail() });
  t.deepEqual(await category.getMany(["a", "b"], { load: (key) => `own ${key}` }), ["own a", "own b"]);
});

test("keys that are being loaded are joined, and the rest is loaded", async (t) => {
  const gate = new Gate<void>();
  const calls: (readonly string[])[] = [];
  const loadMany: ManyLoader<string> = async (keys) => {
    calls.push(keys);
    await gate.opened;
    return keys.map((key) => `loaded ${key} in call ${calls.length}`);
  };
  const { category, clock } = openCategory<string>(t, { loadMany });
  const first = category.getMany(["a", "b"]);
  await clock.settle();
  const second = category.getMany(["b", "c"]);
  const single = category.get("c");
  await clock.settle();
  t.deepEqual(calls, [["a", "b"], ["c"]]);
  gate.open();
  t.deepEqual(await first, ["loaded a in call 2", "loaded b in call 2"]);
  t.is((await second)[0], "loaded b in call 2");
  t.is(await single, (await second)[1]);
});

test("an Error among what loadMany answers fails its key alone, and undefined means that there is none", async (t) => {
  const failure = new RangeError("no such player");
  const loadMany: ManyLoader<string> = (keys) =>
    keys.map((key) => (key === "bad" ? failure : key === "none" ? undefined : `loaded ${key}`));
  const { category } = openCategory<string>(t, { loadMany });
  const [good, bad, none] = await category.lookupMany(["good", "bad", "none"]);
  t.like(good, { value: "loaded good", source: "loader", failures: [] });
  t.like(none, { value: undefined, source: "none", failures: [] });
  const error = bad?.failures[0];
  t.true(error instanceof LoadError);
  t.is(error?.cause, failure);
  t.like(category.health().loads, { succeeded: 2, failed: 1 });
});

for (const [what, loadMany] of [
  ["throws", () => Promise.reject(new Error("no source"))],
  [
    "throws at once",
    () => {
      throw new Error("no source");
    },
  ],
  ["answers too few", () => ["only one"]],
  ["answers too many", () => ["1", "2", "3"]],
  ["answers no array", () => new Map([["a", "1"]]) as never],
  ["answers nothing", () => undefined as never],
] as readonly (readonly [string, ManyLoader<string>])[]) {
  test(`loadMany that ${what} fails all its keys`, async (t) => {
    const { category, backend } = openCategory<string>(t, { loadMany });
    const found = await category.lookupMany(["a", "b"]);
    for (const { value, failures } of found) {
      t.is(value, undefined);
      t.true(failures[0] instanceof LoadError);
      t.true(failures[0]?.cause instanceof Error);
    }
    t.is(backend.entries.size, 0);
  });
}

test("a wrong number of results is named with what was expected", async (t) => {
  const { category } = openCategory<string>(t, { loadMany: () => ["only one"] });
  const [found] = await category.lookupMany(["a", "b"]);
  t.regex(
    found?.failures[0]?.message ?? "",
    /: Cannot use what loadMany answered: expected an array of 2: received 1$/,
  );
});

test("setTtl() sets for how long all, or one of them, are fresh; a key's own wins", async (t) => {
  const loadMany: ManyLoader<string> = (keys, { setTtl }) => {
    setTtl("3s", "b");
    setTtl(2000);
    return keys.map((key) => `loaded ${key}`);
  };
  const { category, clock } = openCategory<string>(t, { loadMany });
  const now = clock.now();
  const found = await category.lookupMany(["a", "b"]);
  t.deepEqual(
    found.map(({ expiresAt }) => expiresAt),
    [now + 2000, now + 3000],
  );
});

test("setTtl() with what is no duration fails the load", async (t) => {
  const loadMany: ManyLoader<string> = (keys, { setTtl }) => {
    setTtl("soon");
    return keys.map(() => "x");
  };
  const { category } = openCategory<string>(t, { loadMany });
  const [found] = await category.lookupMany(["a"]);
  t.true(found?.failures[0] instanceof LoadError);
});

test("previous has the expired values of those keys that have one", async (t) => {
  let given: ReadonlyMap<string, string> | undefined;
  const loadMany: ManyLoader<string> = (keys, { previous }) => {
    given = previous;
    return keys.map((key) => `loaded ${key}`);
  };
  const { category, clock } = openCategory<string>(t, { loadMany, near: NEAR });
  await category.set("__proto__", "old proto");
  await category.set("a", "old a");
  await clock.advance(10_000);
  await category.getMany(["a", "b", "__proto__"]);
  t.deepEqual(
    [...(given ?? [])],
    [
      ["a", "old a"],
      ["__proto__", "old proto"],
    ],
  );
});

test("fallbacks has those keys whose value before may be answered where they fail", async (t) => {
  let given: ReadonlySet<string> | undefined;
  const loadMany: ManyLoader<string> = (keys, { fallbacks }) => {
    given = fallbacks;
    return keys.map((key) => `loaded ${key}`);
  };
  const { category, clock } = openCategory<string>(t, { loadMany, near: NEAR, graceMs: 5_000 });
  await category.set("past grace", "old");
  await clock.advance(8_000);
  await category.set("within grace", "old");
  await clock.advance(10_000);
  await category.getMany(["past grace", "within grace", "new"]);
  t.deepEqual([...(given ?? [])], ["within grace"]);
});

test("loadMany is given up after loadTimeout, and its signal aborts once no key waits for it any more", async (t) => {
  let context: LoadManyContext<string> | undefined;
  const loadMany: ManyLoader<string> = (_keys, given) => {
    context = given;
    return new Gate<string[]>().opened;
  };
  const { category, clock } = openCategory<string>(t, { loadMany });
  const call = category.lookupMany(["a", "b"]);
  await clock.advance(900);
  t.false(context?.signal.aborted);
  await clock.advance(200);
  for (const { failures } of await call) {
    t.true(failures[0] instanceof LoadError);
    t.true(failures[0]?.cause instanceof DeadlineError);
  }
  t.true(context?.signal.aborted);
});

test("close() before all keys are read calls no loadMany any more", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, { loadMany: () => t.fail() });
  const slow = [backend.hold("get"), backend.hold("get")];
  const call = t.throwsAsync(category.getMany(["a", "b"]));
  slow[0]?.release();
  await clock.settle();
  category.close();
  slow[1]?.release();
  await call;
  await clock.settle();
});

test("loadMany under a read that fails: the key is loaded all the same, and its failure told", async (t) => {
  const { calls, loadMany } = manyLoader();
  const { category, backend } = openCategory<string>(t, { loadMany });
  const error = new Error("broken");
  backend.failingWhen("get", ([id]) => (id === "player/a" ? error : undefined));
  const found = await category.lookupMany(["a", "b"]);
  t.deepEqual(
    found.map(({ value, failures }) => [value, failures.length]),
    [
      ["loaded a", 1],
      ["loaded b", 0],
    ],
  );
  t.deepEqual(calls.flat().toSorted(), ["a", "b"]);
});

test("values that expire soon are loaded ahead by loadMany too, all in one call", async (t) => {
  for (const near of [NEAR, false] as const) {
    for (const method of ["getMany", "lookupMany"] as const) {
      const { calls, loadMany } = manyLoader();
      const { category, clock } = openCategory<string>(t, { loadMany, near, refreshAheadMs: 4000 });
      await category.setMany(["a", "b"].map((key) => [key, "old"]));
      await clock.advance(9500);
      await category[method](["a", "b"]);
      await clock.settle();
      t.deepEqual(calls, [["a", "b"]], `${method}, near ${near === false ? "off" : "on"}`);
      t.is(await category.get("a"), "loaded a");
    }
  }
});
