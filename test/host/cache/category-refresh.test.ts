/** refresh(), and refreshAhead: loads of values that are still fresh. */
import test from "ava";
import { DeadlineError, LoadError } from "../../../src/contract/errors.js";
import { Gate, openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };
/** Fresh for 10 s, loaded ahead by hits from some moment between 6 and 8 s on. */
const AHEAD = { ttlMs: 10_000, refreshAheadMs: 4000 };

test("refresh() loads whatever there is, keeps it and answers it", async (t) => {
  for (const near of [NEAR, false] as const) {
    const { category, backend, clock } = openCategory<number>(t, { near, load: () => 2 });
    await category.set("a", 1);
    t.is(await category.refresh("a"), 2);
    t.is(await category.get("a"), 2);
    t.is(await category.refresh("a", { load: () => 3 }), 3);
    await clock.settle();
    t.is(await openCategory<number>(t, { backend, clock }).category.get("a"), 3);
  }
});

test("refresh() gives the loader what there was, where it is at hand", async (t) => {
  const { category } = openCategory<number>(t, { near: NEAR });
  await category.set("a", 1);
  t.is(await category.refresh("a", { load: (_key, { previous }) => (previous ?? 0) + 1 }), 2);
});

test("refresh() that fails rejects, and leaves the value there was", async (t) => {
  const { category } = openCategory<number>(t, { near: NEAR, graceMs: 5000 });
  await category.set("a", 1);
  const load = (): never => {
    throw new Error("no source");
  };
  await t.throwsAsync(category.refresh("a", { load }), { instanceOf: LoadError });
  t.is(category.peek("a"), 1);
});

test("refresh() at the same time is one load, and joins one in the air", async (t) => {
  const gate = new Gate<number>();
  let loads = 0;
  const load = (): Promise<number> => {
    loads += 1;
    return gate.opened;
  };
  const { category, clock } = openCategory<number>(t, { load });
  const get = category.get("a");
  await clock.settle();
  const refreshes = [category.refresh("a"), category.refresh("a")];
  gate.open(1);
  t.deepEqual(await Promise.all([get, ...refreshes]), [1, 1, 1]);
  t.is(loads, 1);
});

test("refresh() needs a loader, and takes a signal and a deadline", async (t) => {
  const { category, clock } = openCategory<number>(t);
  await t.throwsAsync(category.refresh("a"), {
    instanceOf: TypeError,
    message: /^Cannot load "a" of category player: expected a loader/,
  });
  await t.throwsAsync(category.refresh("a", { fresh: false } as never), { instanceOf: TypeError });
  const load = (): Promise<number> => new Gate<number>().opened;
  const reason = new Error("gone");
  await t.throwsAsync(category.refresh("a", { load, signal: AbortSignal.abort(reason) }), { is: reason });
  const late = t.throwsAsync(category.refresh("a", { load, deadline: 50 }), { instanceOf: DeadlineError });
  await clock.advance(1100);
  await late;
});

for (const near of [NEAR, false] as const) {
  const where = near === false ? "the backend" : "the near cache";

  test(`a hit of ${where} has the value loaded ahead of its end, and is answered at once`, async (t) => {
    let loads = 0;
    const load = (): number => (loads += 1) + 1;
    const { category, clock } = openCategory<number>(t, { ...AHEAD, near, load });
    await category.set("a", 1);
    await clock.advance(5999);
    t.is(await category.get("a"), 1);
    await clock.settle();
    t.is(loads, 0);
    await clock.advance(2001);
    t.is(await category.get("a"), 1);
    await clock.settle();
    t.is(loads, 1);
    await clock.advance(5000);
    t.is(await category.get("a"), 2);
    t.is(loads, 1);
  });

  test(`many hits of ${where} share one load ahead`, async (t) => {
    const gate = new Gate<number>();
    let loads = 0;
    const load = (): Promise<number> => {
      loads += 1;
      return gate.opened;
    };
    const { category, clock } = openCategory<number>(t, { ...AHEAD, near, load });
    await category.set("a", 1);
    await clock.advance(8000);
    await Promise.all(Array.from({ length: 20 }, () => category.get("a")));
    for (let count = 0; count < 5; count += 1) await category.get("a");
    t.is(loads, 1);
    gate.open(2);
    await clock.settle();
    t.is(await category.get("a"), 2);
  });

  test(`a load ahead of ${where} that fails is reported, and not tried again at once`, async (t) => {
    let loads = 0;
    const load = (): never => {
      loads += 1;
      throw new Error("no source");
    };
    const { category, clock, reported } = openCategory<number>(t, { ...AHEAD, near, load });
    await category.set("a", 1);
    await clock.advance(8000);
    for (let count = 0; count < 50; count += 1) {
      t.is(await category.get("a"), 1);
      await clock.settle();
    }
    t.is(loads, 1);
    t.like(reported[0], { operation: "refresh", key: "a" });
    t.true(reported[0]?.error instanceof LoadError);
    // It is tried again in half the time that is left.
    await clock.advance(999);
    await category.get("a");
    t.is(loads, 1);
    await clock.advance(1);
    await category.get("a");
    t.is(loads, 2);
    t.like(category.health().gets, { failed: 0, loader: 0 });
  });
}

test("loads ahead of many keys stored together are spread over half of refreshAhead", async (t) => {
  const loaded = new Map<string, number>();
  const { category, clock } = openCategory<number>(t, {
    ...AHEAD,
    near: { ...NEAR, entries: 1000 },
    load: (key) => {
      loaded.set(key, clock.now());
      return 2;
    },
  });
  const keys = Array.from({ length: 200 }, (_, index) => `${index}`);
  const storedAt = clock.now();
  await category.setMany(keys.map((key) => [key, 1]));
  await clock.advance(5900);
  for (let ms = 5900; ms < 8100; ms += 100) {
    await category.getMany(keys);
    await clock.advance(100);
  }
  const waits = [...loaded.values()].map((at) => at - storedAt);
  t.is(waits.length, 200);
  t.true(
    waits.every((ms) => ms >= 6000 && ms <= 8000),
    `${Math.min(...waits)} to ${Math.max(...waits)}`,
  );
  t.true(new Set(waits).size > 10);
});

test("refreshAhead is off by default, and of no use without a loader", async (t) => {
  const off = openCategory<number>(t, { near: NEAR, load: () => t.fail() });
  await off.category.set("a", 1);
  await off.clock.advance(9999);
  t.is(await off.category.get("a"), 1);
  const without = openCategory<number>(t, { ...AHEAD, near: NEAR });
  await without.category.set("a", 1);
  await without.clock.advance(9999);
  t.is(await without.category.get("a"), 1);
  t.is(await without.category.get("a", { load: () => 2 }), 1);
  await without.clock.settle();
  t.is(await without.category.get("a"), 2);
});

test("a value that does not expire is never loaded ahead", async (t) => {
  const { category, clock } = openCategory<number>(t, {
    ...AHEAD,
    ttlMs: Infinity,
    near: NEAR,
    load: () => t.fail(),
  });
  await category.set("a", 1);
  await clock.advance(1e9);
  t.is(await category.get("a"), 1);
});

test("peek() asks nobody: it has nothing loaded ahead", async (t) => {
  const { category, clock } = openCategory<number>(t, { ...AHEAD, near: NEAR, load: () => t.fail() });
  await category.set("a", 1);
  await clock.advance(9000);
  t.is(category.peek("a"), 1);
  await clock.settle();
});

test("has() has nothing loaded ahead", async (t) => {
  const { category, clock } = openCategory<number>(t, { ...AHEAD, load: () => t.fail() });
  await category.set("a", 1);
  await clock.advance(9000);
  t.true(await category.has("a"));
});

test("a value that expires during its load ahead is waited for", async (t) => {
  for (const near of [NEAR, false] as const) {
    const gate = new Gate<number>();
    const { category, clock } = openCategory<number>(t, {
      ...AHEAD,
      near,
      load: () => gate.opened,
      loadTimeoutMs: 60_000,
    });
    await category.set("a", 1);
    await clock.advance(9000);
    t.is(await category.get("a"), 1);
    await clock.advance(2000);
    const get = category.get("a");
    await clock.settle();
    gate.open(2);
    t.is(await get, 2);
    await clock.advance(60_000);
  }
});

test("a load ahead that finds nothing removes the value", async (t) => {
  const { category, clock, backend } = openCategory<number>(t, {
    ...AHEAD,
    near: NEAR,
    load: () => undefined,
  });
  await category.set("a", 1);
  await clock.advance(9000);
  t.is(await category.get("a"), 1);
  await clock.settle();
  t.is(category.peek("a"), undefined);
  t.is(backend.entries.size, 0);
});

test("close() ends a load ahead without a word", async (t) => {
  const { category, clock, reported } = openCategory<number>(t, {
    ...AHEAD,
    near: NEAR,
    load: () => new Gate<number>().opened,
  });
  await category.set("a", 1);
  await clock.advance(9000);
  t.is(await category.get("a"), 1);
  category.close();
  await clock.settle();
  t.deepEqual(reported, []);
});
