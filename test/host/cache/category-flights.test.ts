import test from "ava";
import { BackendTimeoutError, LoadError } from "../../../src/contract/errors.js";
import { Gate, openCategory } from "./open-category.js";

test("100 concurrent misses make one read and one load", async (t) => {
  let loads = 0;
  const { category, backend } = openCategory<number>(t, {
    load: async () => {
      loads += 1;
      return loads;
    },
  });
  const values = await Promise.all(Array.from({ length: 100 }, () => category.get("a")));
  t.deepEqual(values, Array(100).fill(1));
  t.is(loads, 1);
  t.deepEqual(backend.calls, ["get player/a", "put player/a"]);
  t.is(category.health().gets.loader, 100);
});

test("100 concurrent hits make one read", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await category.set("a", 1);
  const values = await Promise.all(Array.from({ length: 100 }, () => category.get("a")));
  t.deepEqual(values, Array(100).fill(1));
  t.is(backend.count("get"), 1);
});

test("gets of different keys share nothing", async (t) => {
  const { category, backend } = openCategory<string>(t, { load: (key) => key });
  t.deepEqual(await Promise.all([category.get("a"), category.get("b")]), ["a", "b"]);
  t.is(backend.count("get"), 2);
});

test("a get after the flight has landed starts another", async (t) => {
  const { category, backend } = openCategory(t);
  await category.get("a");
  await category.get("a");
  t.is(backend.count("get"), 2);
});

test("a failed load rejects all that waited for it, and the next get loads again", async (t) => {
  let loads = 0;
  const { category } = openCategory<number>(t, {
    load: async () => {
      loads += 1;
      if (loads === 1) throw new Error("down");
      return loads;
    },
  });
  const results = await Promise.allSettled([category.get("a"), category.get("a"), category.get("a")]);
  t.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "rejected", "rejected"],
  );
  t.is(loads, 1);
  t.is(await category.get("a"), 2);
});

test("a failed read under onReadError throw rejects all that waited for it", async (t) => {
  const { category, backend } = openCategory(t, { onReadError: "throw" });
  const error = new BackendTimeoutError("slow");
  backend.failing("get", error);
  const gets = [category.get("a"), category.get("a")];
  for (const get of gets) t.is(await t.throwsAsync(get), error);
  t.is(backend.count("get"), 1);
});

test("a get without a loader shares the read of one that has a loader, and not its load", async (t) => {
  const gate = new Gate<number>();
  const { category, backend } = openCategory<number>(t);
  const loading = category.get("a", { load: () => gate.opened });
  t.is(await category.get("a"), undefined);
  t.is(backend.count("get"), 1);
  gate.open(1);
  t.is(await loading, 1);
});

test("a get without a loader that comes during a load reads", async (t) => {
  const gate = new Gate<number>();
  const { category, backend, clock } = openCategory<number>(t);
  const loading = category.get("a", { load: () => gate.opened });
  await clock.settle();
  t.is(await category.get("a"), undefined);
  t.is(backend.count("get"), 2);
  gate.open(1);
  t.is(await loading, 1);
});

test("a get with a loader joins the read of one that has none, and loads", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const [found, loaded] = await Promise.all([category.get("a"), category.get("a", { load: () => 1 })]);
  t.deepEqual([found, loaded], [undefined, 1]);
  t.is(backend.count("get"), 1);
});

test("a get that comes during a load joins it without a read, and hears why the read had failed", async (t) => {
  const gate = new Gate<number>();
  const { category, backend, clock } = openCategory<number>(t, { load: () => gate.opened });
  const error = new BackendTimeoutError("slow");
  backend.failing("get", error);
  const first = category.lookup("a");
  await clock.settle();
  const second = category.lookup("a");
  gate.open(1);
  t.deepEqual((await first).failures, [error]);
  t.deepEqual((await second).failures, [error]);
  t.is(backend.count("get"), 1);
});

test("gets that wait for one load share it, whichever loader they brought", async (t) => {
  const { category } = openCategory<string>(t);
  const gets = [category.get("a", { load: () => "first" }), category.get("a", { load: () => "second" })];
  t.deepEqual(await Promise.all(gets), ["first", "first"]);
});

test("fresh gets share one load", async (t) => {
  let loads = 0;
  const gate = new Gate<number>();
  const { category, backend } = openCategory<number>(t, {
    load: () => {
      loads += 1;
      return gate.opened;
    },
  });
  const gets = [category.get("a", { fresh: true }), category.get("a", { fresh: true })];
  gate.open(1);
  t.deepEqual(await Promise.all(gets), [1, 1]);
  t.is(loads, 1);
  t.is(backend.count("get"), 0);
});

test("a fresh get joins no read but any load, and a read that misses joins its load", async (t) => {
  let loads = 0;
  const gate = new Gate<number>();
  const { category, backend, clock } = openCategory<number>(t, {
    load: () => {
      loads += 1;
      return gate.opened;
    },
  });
  const read = backend.hold("get");
  const ordinary = category.get("a");
  const early = category.get("a", { fresh: true });
  t.is(loads, 1);
  read.release();
  await clock.settle();
  const late = category.get("a", { fresh: true });
  gate.open(1);
  t.deepEqual(await Promise.all([ordinary, early, late]), [1, 1, 1]);
  t.is(loads, 1);
});

test("a get that comes during a fresh load is answered by the backend where that has the value", async (t) => {
  const gate = new Gate<number>();
  const { category } = openCategory<number>(t, { load: () => gate.opened });
  await category.set("a", 1);
  const fresh = category.get("a", { fresh: true });
  t.is(await category.get("a"), 1);
  gate.open(2);
  t.is(await fresh, 2);
});

for (const write of ["set", "delete"] as const) {
  test(`a get during ${write}() joins neither a read nor a load from before`, async (t) => {
    const gate = new Gate<number>();
    const { category, backend, clock } = openCategory<number>(t);
    const loading = category.get("a", { load: () => gate.opened });
    await clock.settle();
    const slowRead = backend.hold("get");
    const reading = category.get("a");
    const slowWrite = backend.hold(write === "set" ? "put" : "purge");
    const writing = write === "set" ? category.set("a", 2) : category.delete("a");
    t.is(await category.get("a"), write === "set" ? 2 : undefined);
    t.is(await category.get("a", { load: () => 3 }), write === "set" ? 2 : 3);
    slowRead.release();
    slowWrite.release();
    gate.open(1);
    t.is(await loading, 1);
    t.is(await reading, undefined);
    await writing;
    t.is(await category.get("a"), write === "set" ? 2 : 3);
  });

  test(`a get after ${write}() joins no read from before`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t);
    await category.set("a", 1);
    const slow = backend.hold("get");
    const before = category.get("a");
    slow.apply();
    await (write === "set" ? category.set("a", 2) : category.delete("a"));
    t.is(await category.get("a"), write === "set" ? 2 : undefined);
    slow.release();
    t.is(await before, 1);
    await clock.settle();
    t.is(await category.get("a"), write === "set" ? 2 : undefined);
  });

  test(`a get during ${write}() is answered by it and asks the backend nothing`, async (t) => {
    const { category, backend } = openCategory<number>(t);
    await category.set("a", 1);
    const slow = backend.hold(write === "set" ? "put" : "purge");
    const writing = write === "set" ? category.set("a", 2) : category.delete("a");
    const during = await category.lookup("a");
    t.is(during.value, write === "set" ? 2 : undefined);
    t.is(during.source, write === "set" ? "pending" : "none");
    t.is(backend.count("get"), 0);
    slow.release();
    await writing;
    t.is(await category.get("a"), write === "set" ? 2 : undefined);
    t.is(backend.count("get"), 1);
  });

  test(`a load from before ${write}() answers its own callers and is not stored`, async (t) => {
    const gate = new Gate<number>();
    const { category, backend, clock } = openCategory<number>(t);
    const before = category.get("a", { load: () => gate.opened });
    await clock.settle();
    await (write === "set" ? category.set("a", 2) : category.delete("a"));
    const after = category.get("a", { load: () => 3 });
    gate.open(1);
    t.is(await before, 1);
    t.is(await after, write === "set" ? 2 : 3);
    await clock.settle();
    t.is(await category.get("a"), write === "set" ? 2 : 3);
    t.is(backend.count("put"), 1);
  });

  test(`a load that starts after ${write}() was called is newer than it, and is stored after it`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t);
    const slow = backend.hold(write === "set" ? "put" : "purge");
    const writing = write === "set" ? category.set("a", 2) : category.delete("a");
    t.is(await category.get("a", { load: () => 1, fresh: true }), 1);
    t.is(await category.get("a"), 1);
    slow.release();
    await writing;
    await clock.settle();
    t.is((await category.lookup("a")).source, "backend");
    t.is(await category.get("a"), 1);
  });

  test(`a read from before ${write}() that misses loads for its own callers and stores nothing`, async (t) => {
    const { category, backend, clock } = openCategory<number>(t);
    const slow = backend.hold("get");
    const before = category.get("a", { load: () => 1 });
    slow.apply();
    await (write === "set" ? category.set("a", 2) : category.delete("a"));
    slow.release();
    t.is(await before, 1);
    await clock.settle();
    t.is(await category.get("a"), write === "set" ? 2 : undefined);
  });
}

test("a load of an earlier generation and one of the present do not share", async (t) => {
  const gates = [new Gate<string>(), new Gate<string>()];
  let loads = 0;
  const { category, clock } = openCategory<string>(t, {
    load: () => {
      loads += 1;
      return gates[loads - 1]?.opened;
    },
  });
  const before = category.get("a");
  await clock.settle();
  await category.delete("a");
  const after = category.get("a");
  await clock.settle();
  t.is(loads, 2);
  gates[0]?.open("old");
  t.is(await before, "old");
  const joining = category.get("a");
  gates[1]?.open("new");
  t.deepEqual(await Promise.all([after, joining]), ["new", "new"]);
  await clock.settle();
  t.is(await category.get("a"), "new");
  t.is(loads, 2);
});

test("a failed write raises the generation as well", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const slowRead = backend.hold("get");
  const before = category.get("a", { load: () => 1 });
  backend.failing("purge", new BackendTimeoutError("slow"));
  await t.throwsAsync(category.delete("a"), { instanceOf: BackendTimeoutError });
  slowRead.release();
  t.is(await before, 1);
  await clock.settle();
  t.is(backend.count("put"), 0);
});

test("writes of one key leave the flights of others alone", async (t) => {
  const gate = new Gate<number>();
  const { category, clock } = openCategory<number>(t);
  const loading = category.get("a", { load: () => gate.opened });
  await clock.settle();
  await category.set("b", 2);
  gate.open(1);
  await loading;
  await clock.settle();
  t.is(await category.get("a"), 1);
});

test("a load goes on when its caller has left, and is stored", async (t) => {
  const gate = new Gate<number>();
  const { category, clock } = openCategory<number>(t);
  const controller = new AbortController();
  const left = category.get("a", { load: () => gate.opened, signal: controller.signal });
  controller.abort();
  await t.throwsAsync(left, { any: true, name: "AbortError" });
  gate.open(1);
  await clock.settle();
  t.is(await category.get("a"), 1);
});

test("a loader that gets its own key waits for itself until loadTimeout", async (t) => {
  const { category, clock } = openCategory<number>(t, {
    load: (key): Promise<number | undefined> => category.get(key),
  });
  const get = t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  await clock.advance(1020);
  await get;
});
