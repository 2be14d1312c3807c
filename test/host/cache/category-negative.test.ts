/** negativeTtl: how long it is remembered that a loader found nothing. */
import test from "ava";
import { BackendError } from "../../../src/contract/errors.js";
import { MAX_ABSENT_KEYS } from "../../../src/host/cache/near/absent-keys.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };
const NEGATIVE = { negativeTtlMs: 5000 };

/** Counts how often it is called, and finds what `found` has. */
function counting(found: Map<string, number> = new Map()): {
  load: (key: string) => number | undefined;
  loads: () => number;
} {
  let loads = 0;
  return {
    load: (key) => {
      loads += 1;
      return found.get(key);
    },
    loads: () => loads,
  };
}

for (const near of [NEAR, false] as const) {
  test(`20 look-ups of an absent key, together or one after the other, cost one load (near ${near === false ? "off" : "on"})`, async (t) => {
    const { load, loads } = counting();
    const { category, backend } = openCategory<number>(t, { ...NEGATIVE, near, load });
    const found = await Promise.all(Array.from({ length: 10 }, () => category.lookup("a")));
    for (let count = 0; count < 10; count += 1) found.push(await category.lookup("a"));
    for (const lookup of found)
      t.like(lookup, { value: undefined, source: "none", stale: false, failures: [] });
    t.is(loads(), 1);
    t.is(backend.count("get"), 1);
    t.is(category.health().gets.none, 20);
  });
}

test("an absent key is loaded again after negativeTtl, not before", async (t) => {
  const { load, loads } = counting();
  const { category, clock } = openCategory<number>(t, { ...NEGATIVE, load });
  await category.get("a");
  await clock.advance(4999);
  await category.get("a");
  t.is(loads(), 1);
  await clock.advance(1);
  await category.get("a");
  t.is(loads(), 2);
});

test("with a negativeTtl of 0, each look-up loads", async (t) => {
  const { load, loads } = counting();
  const { category } = openCategory<number>(t, { negativeTtlMs: 0, load });
  for (let count = 0; count < 3; count += 1) await category.get("a");
  t.is(loads(), 3);
});

test("several keys at once heed what is absent, and remember it", async (t) => {
  const { load, loads } = counting();
  const { category } = openCategory<number>(t, { ...NEGATIVE, load });
  t.deepEqual(await category.getMany(["a", "b"]), [undefined, undefined]);
  t.deepEqual(await category.getMany(["a", "b", "a"]), [undefined, undefined, undefined]);
  t.is(loads(), 2);
  t.is(await category.get("b"), undefined);
  t.is(loads(), 2);
});

test("fresh and refresh() load an absent key all the same, and what they find is there", async (t) => {
  const found = new Map<string, number>();
  const { load, loads } = counting(found);
  const { category } = openCategory<number>(t, { ...NEGATIVE, load });
  await category.get("a");
  await category.get("a", { fresh: true });
  t.is(loads(), 2);
  found.set("a", 1);
  t.is(await category.refresh("a"), 1);
  t.is(await category.get("a"), 1);
});

const FORGETTING: readonly (readonly [
  string,
  (category: ReturnType<typeof openCategory<number>>["category"]) => unknown,
])[] = [
  ["delete()", (category) => category.delete("a")],
  ["deleteMany()", (category) => category.deleteMany(["a"])],
  ["clear()", (category) => category.clear()],
  ["expire()", (category) => category.expire("a")],
  ["invalidate() of the key", (category) => category.invalidate(["a"])],
  ["invalidate() of all", (category) => category.invalidate("all")],
];
for (const [what, forget] of FORGETTING) {
  test(`${what} has it forgotten that there was none`, async (t) => {
    const { load, loads } = counting();
    const { category, backend } = openCategory<number>(t, { ...NEGATIVE, load });
    backend.abilities.add("clear");
    await category.get("a");
    await forget(category);
    await category.get("a");
    t.is(loads(), 2);
  });
}

test("set() has it forgotten that there was none, though the backend fails", async (t) => {
  const { load } = counting();
  const { category, backend } = openCategory<number>(t, { ...NEGATIVE, load, onWriteError: "queue" });
  await category.get("a");
  backend.goDown();
  await category.set("a", 1);
  t.is(await category.get("a"), 1);
  backend.comeBack();
  await category.drained();
});

test("invalidate() of another key forgets nothing of this one", async (t) => {
  const { load, loads } = counting();
  const { category } = openCategory<number>(t, { ...NEGATIVE, load });
  await category.get("a");
  category.invalidate(["b"]);
  await category.get("a");
  t.is(loads(), 1);
});

test("a write while the load is in the air keeps its undefined from being remembered", async (t) => {
  const { category, clock } = openCategory<number>(t, NEGATIVE);
  let finish: (value: undefined) => void = () => {};
  const before = category.get("a", { load: () => new Promise((resolve) => (finish = resolve)) });
  await clock.settle();
  await category.set("a", 1);
  finish(undefined);
  t.is(await before, undefined);
  t.is(await category.get("a"), 1);
});

test("a load that fails is not remembered", async (t) => {
  let loads = 0;
  const load = (): never => {
    loads += 1;
    throw new Error("no source");
  };
  const { category } = openCategory<number>(t, { ...NEGATIVE, load });
  for (let count = 0; count < 3; count += 1) await t.throwsAsync(category.get("a"));
  t.is(loads, 3);
});

test("a load that finds nothing removes the value there was: from the near cache, the backend and as stale", async (t) => {
  for (const near of [NEAR, false] as const) {
    const { category, backend, clock } = openCategory<number>(t, {
      near,
      graceMs: 5000,
      load: () => undefined,
    });
    await category.set("a", 1);
    t.is(await category.refresh("a"), undefined);
    t.is(category.peek("a"), undefined);
    await clock.settle();
    t.is(backend.entries.size, 0);
    await category.set("b", 1);
    await clock.advance(10_000);
    t.is(await category.get("b"), undefined);
    await clock.settle();
    t.is(backend.entries.size, 0);
    await t.throwsAsync(category.get("b", { load: () => Promise.reject(new Error("no source")) }));
  }
});

test("a load that finds nothing writes nothing where there was nothing", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { ...NEGATIVE, load: () => undefined });
  await category.get("a");
  await clock.settle();
  t.deepEqual(backend.calls, ["get player/a"]);
});

test("a load that finds nothing after a failed read removes what may be there", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { ...NEGATIVE, load: () => undefined });
  backend.failing("get", new BackendError("broken"));
  await category.get("a");
  await clock.settle();
  t.deepEqual(backend.calls, ["get player/a", "purge player/a"]);
});

test("a get without a loader and has() take an absent key for absent", async (t) => {
  const { category, backend } = openCategory<number>(t, NEGATIVE);
  await category.get("a", { load: () => undefined });
  t.is(await category.get("a"), undefined);
  t.false(await category.has("a"));
  t.is(backend.count("get"), 1);
});

test("the memory of absent keys is bounded: the oldest are forgotten", async (t) => {
  const { load, loads } = counting();
  const { category } = openCategory<number>(t, { ...NEGATIVE, load });
  const keys = Array.from({ length: MAX_ABSENT_KEYS + 1 }, (_, index) => `${index}`);
  await category.getMany(keys);
  t.is(loads(), keys.length);
  await category.get("1");
  t.is(loads(), keys.length);
  await category.get("0");
  t.is(loads(), keys.length + 1);
});
