/** grace and loadSoftTimeout: when an expired value is answered, and when it is not. */
import test from "ava";
import {
  BackendError,
  DeadlineError,
  LoadError,
  PluginUnavailableError,
} from "../../../src/contract/errors.js";
import { Gate, openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };
const GRACE = { ttlMs: 10_000, graceMs: 5000 };

function failing(): never {
  throw new Error("no source");
}

test("hasFallback tells the loader whether the value before may be answered where it fails", async (t) => {
  const seen: unknown[] = [];
  const { category, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    load: (_key, { previous, hasFallback }) => {
      seen.push([previous, hasFallback]);
      return failing();
    },
  });
  await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  await category.set("a", "old");
  await clock.advance(14_999);
  t.is(await category.get("a"), "old");
  await clock.advance(1);
  await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  t.deepEqual(seen, [
    [undefined, false],
    ["old", true],
    ["old", false],
  ]);
});

for (const near of [NEAR, false] as const) {
  const source = near === false ? "backend" : "near";

  test(`a failing loader: the expired value is answered from the ${source} within its grace, marked, and not beyond`, async (t) => {
    const { category, clock } = openCategory<string>(t, { ...GRACE, near, load: failing });
    await category.set("a", "old");
    const storedAt = clock.now();
    await clock.advance(14_999);
    const found = await category.lookup("a");
    t.like(found, { value: "old", source, stale: true, storedAt, expiresAt: storedAt + 10_000 });
    t.is(found.failures.length, 1);
    t.true(found.failures[0] instanceof LoadError);
    await clock.advance(1);
    await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
    t.like(category.health().gets, { stale: 1, [source]: 0, failed: 1 });
    t.like(category.health().loads, { succeeded: 0, failed: 2 });
  });

  test(`grace never hides a loader that works (near ${near === false ? "off" : "on"})`, async (t) => {
    const { category, clock } = openCategory<string>(t, { ...GRACE, near, load: () => "new" });
    await category.set("a", "old");
    await clock.advance(10_000);
    t.like(await category.lookup("a"), { value: "new", source: "loader", stale: false, failures: [] });
  });

  test(`a value that was loaded says whether another had expired (near ${near === false ? "off" : "on"})`, async (t) => {
    const { category, clock } = openCategory<string>(t, { ...GRACE, near, load: () => "new" });
    t.is((await category.lookup("a")).hadExpired, undefined, "there was none");
    t.is((await category.lookup("a")).hadExpired, undefined, "this is it");
    t.is((await category.lookup("a", { fresh: true })).hadExpired, undefined, "it is fresh");
    await clock.advance(10_000);
    const callers = await Promise.all([category.lookup("a"), category.lookup("a")]);
    t.deepEqual(
      callers.map((caller) => [caller.source, caller.hadExpired]),
      [
        ["loader", true],
        ["loader", true],
      ],
    );
    t.is((await category.lookup("a")).hadExpired, undefined, "it has taken its place");
  });

  test(`a slow loader: the expired value after loadSoftTimeout, and what it brings is kept (near ${near === false ? "off" : "on"})`, async (t) => {
    const gate = new Gate<string>();
    const settings = { ...GRACE, near, load: () => gate.opened, loadSoftTimeoutMs: 100 };
    const { category, clock } = openCategory<string>(t, settings);
    await category.set("a", "old");
    await clock.advance(10_000);
    let found: unknown;
    const lookup = category.lookup("a").then((answer) => (found = answer));
    await clock.advance(99);
    t.is(found, undefined);
    await clock.advance(21);
    t.like(await lookup, { value: "old", source, stale: true });
    // Who comes now need not wait as long again.
    t.like(await category.lookup("a"), { value: "old", stale: true });
    gate.open("new");
    await clock.settle();
    t.like(await category.lookup("a"), { value: "new", stale: false });
    t.like(category.health().loads, { succeeded: 1, failed: 0 });
  });
}

test("without an expired value, loadSoftTimeout ends nothing", async (t) => {
  const gate = new Gate<string>();
  const { category, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    load: () => gate.opened,
    loadSoftTimeoutMs: 100,
  });
  const get = category.get("a");
  await clock.advance(500);
  gate.open("new");
  t.is(await get, "new");
});

test("an expired value beyond its grace is not answered after loadSoftTimeout: the loader is waited for", async (t) => {
  const gate = new Gate<string>();
  const { category, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    load: () => gate.opened,
    loadSoftTimeoutMs: 100,
  });
  await category.set("a", "old");
  await clock.advance(15_000);
  const get = category.get("a");
  await clock.advance(500);
  gate.open("new");
  t.is(await get, "new");
});

test("a loader that is not back within loadTimeout counts as failed: the expired value is answered", async (t) => {
  const { category, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    load: () => new Gate<string>().opened,
  });
  await category.set("a", "old");
  await clock.advance(10_000);
  const lookup = category.lookup("a");
  await clock.advance(1020);
  const { value, stale, failures } = await lookup;
  t.deepEqual([value, stale], ["old", true]);
  t.true(failures[0]?.cause instanceof DeadlineError);
});

test("a get without a loader is not answered by an expired value, and has() says so", async (t) => {
  for (const near of [NEAR, false] as const) {
    const { category, clock } = openCategory<string>(t, { ...GRACE, near });
    await category.set("a", "old");
    await clock.advance(10_000);
    t.is(await category.get("a"), undefined);
    t.is(category.peek("a"), undefined);
    t.false(await category.has("a"));
    t.is(await category.get("a", { load: failing }), "old");
  }
});

test("fresh and refresh() are never answered by an expired value", async (t) => {
  const { category, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    load: failing,
    loadSoftTimeoutMs: 100,
  });
  await category.set("a", "old");
  await t.throwsAsync(category.get("a", { fresh: true }), { instanceOf: LoadError });
  await clock.advance(10_000);
  await t.throwsAsync(category.get("a", { fresh: true }), { instanceOf: LoadError });
  await t.throwsAsync(category.refresh("a"), { instanceOf: LoadError });
  const gate = new Gate<string>();
  const refresh = category.refresh("a", { load: () => gate.opened });
  await clock.advance(500);
  t.like(await category.lookup("a"), { value: "old", stale: true });
  gate.open("new");
  t.is(await refresh, "new");
});

test("with the backend down and the loader failing, the near cache's expired value is answered with both failures", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, { ...GRACE, near: NEAR, load: failing });
  await category.set("a", "old");
  await clock.advance(10_000);
  backend.goDown();
  const { value, source, stale, failures } = await category.lookup("a");
  t.deepEqual([value, source, stale], ["old", "near", true]);
  t.is(failures.length, 2);
  t.true(failures[0] instanceof PluginUnavailableError);
  t.true(failures[1] instanceof LoadError);
});

test("under onReadError throw, a failed read rejects though an expired value is there", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    onReadError: "throw",
    load: () => t.fail(),
  });
  await category.set("a", "old");
  await clock.advance(10_000);
  const failure = new BackendError("broken");
  backend.failing("get", failure);
  t.is(await t.throwsAsync(category.get("a")), failure);
});

test("a waiting write that has expired is answered as stale, from where it waits", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, {
    ...GRACE,
    onWriteError: "queue",
    load: failing,
  });
  backend.goDown();
  await category.set("a", "old");
  await clock.advance(10_000);
  t.like(await category.lookup("a"), { value: "old", source: "pending", stale: true });
  await clock.advance(5000);
  await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  backend.comeBack();
  await category.drained();
});

test("a value that was deleted, cleared or invalidated is not answered as stale", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, { ...GRACE, near: NEAR, load: failing });
  backend.abilities.add("clear");
  for (const end of [
    () => category.delete("a"),
    () => category.clear(),
    async () => {
      backend.entries.clear();
      category.invalidate(["a"]);
      await clock.settle();
    },
  ]) {
    await category.set("a", "old");
    await clock.advance(10_000);
    await end();
    await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  }
});

test("a deleted value is not answered as stale while its delete waits", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, {
    ...GRACE,
    onWriteError: "queue",
    load: failing,
  });
  await category.set("a", "old");
  await clock.advance(10_000);
  backend.goDown();
  await category.delete("a");
  await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  backend.comeBack();
  await category.drained();
});

test("all who wait for a load that fails are answered by the expired value, each counted once", async (t) => {
  const { category, clock } = openCategory<string>(t, { ...GRACE, load: failing });
  await category.set("a", "old");
  await clock.advance(10_000);
  t.deepEqual(await Promise.all([1, 2, 3].map(() => category.get("a"))), ["old", "old", "old"]);
  t.like(category.health().gets, { stale: 3, backend: 0, loader: 0, failed: 0 });
  t.like(category.health().loads, { failed: 1 });
  t.deepEqual(await category.getMany(["a", "a"]), ["old", "old"]);
  t.is(category.health().gets.stale, 5);
});

test("a value that a loader brings and that cannot be encoded counts as failed: the expired one is answered", async (t) => {
  const { category, clock } = openCategory<unknown>(t, { ...GRACE, near: NEAR, load: () => 1n });
  await category.set("a", "old");
  await clock.advance(10_000);
  t.like(await category.lookup("a"), { value: "old", stale: true });
});

test("a backend is told to keep an entry until the end of its grace", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, GRACE);
  await category.set("a", "old");
  t.is(backend.entries.get("player/a")?.expiresAt, clock.now() + 15_000);
});

test("a grace that was shortened since counts for what is stored", async (t) => {
  const { backend, clock, category } = openCategory<string>(t, GRACE);
  await category.set("a", "old");
  const shorter = openCategory<string>(t, { ...GRACE, graceMs: 1000, backend, clock, load: failing });
  await clock.advance(10_999);
  t.is(await shorter.category.get("a"), "old");
  await clock.advance(1);
  await t.throwsAsync(shorter.category.get("a"));
});

test("a load that ends after its stale answer is counted, and a caller that left is not answered", async (t) => {
  const gate = new Gate<string>();
  const { category, clock } = openCategory<string>(t, {
    ...GRACE,
    near: NEAR,
    load: () => gate.opened,
    loadSoftTimeoutMs: 100,
  });
  await category.set("a", "old");
  await clock.advance(10_000);
  const reason = new Error("gone");
  const controller = new AbortController();
  const leaving = t.throwsAsync(category.get("a", { signal: controller.signal }), { is: reason });
  await clock.settle();
  controller.abort(reason);
  await leaving;
  await clock.advance(200);
  gate.fail(new Error("no source"));
  await clock.settle();
  t.like(category.health().gets, { stale: 0, failed: 0 });
  t.like(category.health().loads, { failed: 1 });
});
