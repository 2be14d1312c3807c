import test from "ava";
import { BackendTimeoutError, isStockpileError, StockpileError } from "../../../src/contract/errors.js";
import type { Codec } from "../../../src/host/cache/codec.js";
import { encodeEnvelope } from "../../../src/host/cache/envelope.js";
import { FakeClock } from "../../support/fake-clock.js";
import { openCategory } from "./open-category.js";

/** The time on the wall of a new fake clock. */
const START_MS = new FakeClock().now();

test("get() answers what was set", async (t) => {
  const { category } = openCategory(t);
  await category.set("a", { name: "Notch" });
  t.deepEqual(await category.get("a"), { name: "Notch" });
});

test("get() answers undefined where there is nothing and no loader", async (t) => {
  const { category, backend } = openCategory(t);
  t.is(await category.get("a"), undefined);
  t.deepEqual(backend.calls, ["get player/a"]);
});

for (const value of [null, 0, "", false, [], {}]) {
  test(`get() answers ${JSON.stringify(value)}, which is a value`, async (t) => {
    const { category } = openCategory<unknown>(t, { load: () => t.fail() });
    await category.set("a", value);
    t.deepEqual(await category.get("a"), value);
    t.is((await category.lookup("a")).source, "backend");
  });
}

test("get() answers until ttl has passed, not at its end", async (t) => {
  const { category, clock } = openCategory(t);
  await category.set("a", 1);
  await clock.advance(9999);
  t.is(await category.get("a"), 1);
  await clock.advance(1);
  t.is(await category.get("a"), undefined);
});

test("get() judges freshness by the time on the wall", async (t) => {
  const { category, clock } = openCategory(t);
  await category.set("a", 1);
  clock.jump(10_000);
  t.is(await category.get("a"), undefined);
});

test("get() answers for ever what does not expire", async (t) => {
  const { category, backend, clock } = openCategory(t, { ttlMs: Infinity });
  await category.set("a", 1);
  t.is(backend.entries.get("player/a")?.expiresAt, undefined);
  clock.jump(1e12);
  t.is(await category.get("a"), 1);
  t.false("expiresAt" in (await category.lookup("a")));
});

test("get() lets a ttl that was shortened since count for what is stored", async (t) => {
  const { category, settings, clock } = openCategory(t);
  await category.set("a", 1);
  const restarted = openCategory(t, { ...settings, ttlMs: 1000 }).category;
  await clock.advance(999);
  t.is(await restarted.get("a"), 1);
  await clock.advance(1);
  t.is(await restarted.get("a"), undefined);
  t.is(await category.get("a"), 1);
});

test("get() lets what is stored keep a ttl that was lengthened since from counting", async (t) => {
  const { category, settings, clock } = openCategory(t);
  await category.set("a", 1);
  const restarted = openCategory(t, { ...settings, ttlMs: 60_000 }).category;
  await clock.advance(10_000);
  t.is(await restarted.get("a"), undefined);
});

test("get() hands each of several callers a value of its own", async (t) => {
  const { category } = openCategory<{ names: string[] }>(t);
  await category.set("a", { names: ["Notch"] });
  const [first, second] = await Promise.all([category.get("a"), category.get("a")]);
  first?.names.push("changed");
  t.deepEqual(second, { names: ["Notch"] });
  t.deepEqual(await category.get("a"), { names: ["Notch"] });
});

test("get() keeps nothing of the backend's buffer", async (t) => {
  const { category, backend } = openCategory<Uint8Array>(t, { codec: { ...bytes } });
  await category.set("a", new Uint8Array([1, 2, 3]));
  const value = await category.get("a");
  backend.entries.get("player/a")?.value.fill(0);
  t.deepEqual(value, new Uint8Array([1, 2, 3]));
});

const FAILURE = new BackendTimeoutError("slow", { pluginName: "fake", operation: "get" });

test("get() counts a failed read as a miss by default, and says so", async (t) => {
  const { category, backend, reported } = openCategory(t);
  backend.failing("get", FAILURE);
  t.is(await category.get("a"), undefined);
  t.deepEqual((await category.lookup("a")).failures, [FAILURE]);
  t.deepEqual(reported[0], { operation: "read", category: "player", key: "a", error: FAILURE });
});

test("get() loads after a failed read", async (t) => {
  const { category, backend } = openCategory(t, { load: () => "loaded" });
  backend.failing("get", FAILURE);
  const { value, source, failures } = await category.lookup("a");
  t.deepEqual([value, source, failures], ["loaded", "loader", [FAILURE]]);
});

test("get() rejects with a failed read under onReadError throw, and does not load", async (t) => {
  const { category, backend, reported } = openCategory<unknown>(t, {
    onReadError: "throw",
    load: () => t.fail(),
  });
  backend.failing("get", FAILURE);
  t.is(await t.throwsAsync(category.get("a")), FAILURE);
  t.is(category.health().gets.failed, 1);
  t.deepEqual(reported, []);
});

test("get() makes a failed backend of what is no error of Stockpile's", async (t) => {
  const { category, backend } = openCategory(t, { onReadError: "throw" });
  backend.failing("get", new RangeError("odd"));
  const error = await t.throwsAsync(category.get("a"), {
    message: "Cannot get entry of category player: odd",
  });
  t.true(isStockpileError(error) && error.code === "STOCKPILE_BACKEND_FAILED" && error.pluginName === "fake");
  t.true(error?.cause instanceof RangeError);
});

test("get() survives a report that throws", async (t) => {
  const { category, backend } = openCategory(t, {
    load: () => 1,
    report: () => {
      throw new Error("disk full");
    },
  });
  backend.failing("get", FAILURE);
  backend.failing("put", FAILURE);
  t.is(await category.get("a"), 1);
});

const bytes: Codec<Uint8Array> = {
  name: "own",
  encode: (value) => value,
  decode: (view) => Uint8Array.from(view),
};

const BAD_ENTRIES: readonly (readonly [string, Uint8Array])[] = [
  ["nothing", new Uint8Array(0)],
  ["foreign bytes", Buffer.from("not an envelope, and long enough to hold one, or two, or more of them")],
  ["another key's value", envelope({ key: "b" })],
  ["another category's value", envelope({ category: "texture" })],
  ["another codec's value", envelope({ codecName: "xml" })],
  ["a value that the codec cannot decode", envelope({ payload: "{" })],
];
for (const [what, value] of BAD_ENTRIES) {
  test(`get() counts ${what} as a miss`, async (t) => {
    const { category, backend, reported } = openCategory(t);
    backend.entries.set("player/a", { value });
    const { value: found, source, failures } = await category.lookup("a");
    t.deepEqual([found, source], [undefined, "none"]);
    t.is(failures[0]?.code, "STOCKPILE_VALUE_INVALID");
    t.is(category.health().undecodable, 1);
    t.deepEqual(reported, [
      { operation: "decode", category: "player", key: "a", error: failures[0] },
    ] as unknown[]);
    t.is(await category.get("a", { load: () => "loaded" }), "loaded");
  });
}

test("get() counts one entry that cannot be decoded once, however many wait for it", async (t) => {
  const { category, backend } = openCategory(t);
  backend.entries.set("player/a", { value: envelope({ payload: "{" }) });
  t.deepEqual(await Promise.all([category.get("a"), category.get("a")]), [undefined, undefined]);
  t.is(category.health().undecodable, 1);
});

test("get() rejects a key that is none, and asks nobody", async (t) => {
  const { category, backend } = openCategory<unknown>(t, { load: () => t.fail() });
  const error = await t.throwsAsync(category.get(""));
  t.true(error instanceof StockpileError && error.code === "STOCKPILE_KEY_INVALID");
  t.deepEqual(backend.calls, []);
});

test("get() rejects options that are wrong, and asks nobody", async (t) => {
  const { category, backend } = openCategory(t);
  await t.throwsAsync(category.get("a", { deadline: "soon" }));
  await t.throwsAsync(category.get("a", { fresh: true }), {
    instanceOf: TypeError,
    message: /expected a loader/,
  });
  // @ts-expect-error The type forbids it, callers in JavaScript do not know.
  await t.throwsAsync(category.get("a", { load: "yes" }), {
    instanceOf: TypeError,
    message: /expected "load" to be a function or false/,
  });
  t.deepEqual(backend.calls, []);
});

test("lookup() says where the value came from and how long it is fresh", async (t) => {
  const { category, clock } = openCategory(t, { load: () => 2 });
  const startMs = clock.now();
  await category.set("a", 1);
  await clock.advance(100);
  const life = { stale: false, failures: [] };
  t.deepEqual(await category.lookup("a"), {
    ...life,
    value: 1,
    source: "backend",
    storedAt: startMs,
    expiresAt: startMs + 10_000,
  });
  t.deepEqual(await category.lookup("b"), {
    ...life,
    value: 2,
    source: "loader",
    storedAt: startMs + 100,
    expiresAt: startMs + 10_100,
  });
  const none = { ...life, value: undefined, source: "none" } as const;
  t.deepEqual(await category.lookup("c", { load: () => undefined }), none);
});

test("health() counts gets by where their value came from", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await category.set("a", 1);
  await Promise.all([category.get("a"), category.get("a"), category.lookup("a")]);
  await category.get("b");
  await category.get("c", { load: () => 3 });
  await category.get("d", { load: () => undefined });
  await t.throwsAsync(category.get("e", { load: () => Promise.reject(new Error("down")) }));
  await t.throwsAsync(category.get(""));
  const { loads, getTimes, ...health } = category.health();
  t.deepEqual(health, {
    name: "player",
    plugin: "fake",
    backend: "memory",
    gets: { near: 0, backend: 3, pending: 0, loader: 1, stale: 0, none: 2, failed: 1 },
    undecodable: 0,
    near: { entries: 0, bytes: 0 },
  });
  t.like(loads, { succeeded: 2, failed: 1 });
  t.deepEqual(Object.keys(getTimes).toSorted(), ["backend", "failed", "loader", "none"]);
  backend.backendId = undefined;
  t.false("backend" in category.health());
});

test("health() says how long loads took, and nothing where there were none", async (t) => {
  const { category, clock } = openCategory(t);
  t.deepEqual(category.health().loads, { succeeded: 0, failed: 0 });
  const get = category.get("a", {
    load: () => new Promise((resolve) => void clock.schedule(() => resolve(1), 200)),
  });
  await clock.advance(200);
  await get;
  const { p50Ms = 0, p99Ms = 0 } = category.health().loads;
  t.true(Math.abs(p50Ms - 200) <= 2 && Math.abs(p99Ms - 200) <= 2);
});

/** An envelope of `player/a` that is fresh for long. */
function envelope(parts: {
  category?: string;
  key?: string;
  codecName?: string;
  payload?: string;
}): Uint8Array {
  const { category = "player", key = "a", codecName = "json", payload = "1" } = parts;
  const header = { codecName, writeVersion: 1, storedAt: START_MS, freshUntil: 2e12, graceUntil: 2e12 };
  return encodeEnvelope(category, key, header, Buffer.from(payload));
}

test("get() and its kind with load: false load nothing, remember no absence, and answer what there is", async (t) => {
  let loads = 0;
  const load = (key: string): string => {
    loads += 1;
    return `loaded ${key}`;
  };
  const { category } = openCategory(t, { load });
  const given = { load: false } as const;
  t.is(await category.get("a", given), undefined);
  t.is((await category.lookup("a", given)).source, "none");
  t.deepEqual(await category.getMany(["a", "b"], given), [undefined, undefined]);
  t.is(loads, 0);
  t.is(await category.get("a"), "loaded a");
  t.is(await category.get("a", given), "loaded a");
  t.is(loads, 1);
  await t.throwsAsync(category.get("a", { load: false, fresh: true }), { message: /expected a loader/ });
  // @ts-expect-error The type forbids it: there is nothing to refresh by.
  await t.throwsAsync(category.refresh("a", { load: false }), {
    message: /expected "load" to be a function/,
  });
});
