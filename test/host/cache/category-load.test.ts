import test from "ava";
import {
  BackendError,
  BackendOverloadedError,
  DeadlineError,
  LoadError,
  StockpileError,
} from "../../../src/contract/errors.js";
import { decodeEnvelope } from "../../../src/host/cache/envelope.js";
import type { LoadContext, Loader } from "../../../src/host/cache/loader.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";
import { Gate, openCategory } from "./open-category.js";

test("get() loads what the backend does not have, and stores it", async (t) => {
  const { category, backend, clock } = openCategory(t, { load: (key) => `loaded ${key}` });
  t.is(await category.get("a"), "loaded a");
  t.deepEqual(backend.calls, ["get player/a", "put player/a"]);
  t.is((await category.lookup("a")).source, "pending");
  await clock.settle();
  t.is(await category.get("a"), "loaded a");
  t.is((await category.lookup("a")).source, "backend");
  t.deepEqual(category.health().loads.succeeded, 1);
});

test("get() stores a loaded value with when it was loaded and until when it is fresh", async (t) => {
  const { category, backend, clock } = openCategory(t, { load: () => 1 });
  await category.get("a");
  const nowMs = clock.now();
  const stored = backend.entries.get("player/a");
  t.is(stored?.expiresAt, nowMs + 10_000);
  const envelope = decodeEnvelope(stored?.value ?? new Uint8Array(), "player", "a");
  t.like(envelope, {
    storedAt: nowMs,
    freshUntil: nowMs + 10_000,
    graceUntil: nowMs + 10_000,
    codecName: "json",
  });
});

test("get() prefers its own loader to the category's", async (t) => {
  const { category } = openCategory<string>(t, { load: () => t.fail() });
  t.is(await category.get("a", { load: () => "own" }), "own");
});

test("get() hands out a loaded value as it will be read later", async (t) => {
  const { category } = openCategory<unknown>(t);
  const value = { at: new Date(0), none: undefined };
  const loaded = await category.get("a", { load: () => value });
  t.deepEqual(loaded, { at: "1970-01-01T00:00:00.000Z" });
  t.deepEqual(await category.get("a"), loaded);
});

test("get() hands each caller of a load a value of its own", async (t) => {
  const source = { names: ["Notch"] };
  const { category } = openCategory(t, { load: () => source });
  const [first, second] = await Promise.all([category.get("a"), category.get("a")]);
  first?.names.push("changed");
  source.names.push("changed too");
  t.deepEqual(second, { names: ["Notch"] });
  t.deepEqual(await category.get("a"), { names: ["Notch"] });
});

test("get() hands out loaded bytes that are nobody else's", async (t) => {
  const source = new Uint8Array([1, 2, 3]);
  const { category } = openCategory(t, { codec: resolveCodec<Uint8Array>("bytes"), load: () => source });
  const loaded = await category.get("a");
  source.fill(9);
  t.deepEqual(loaded, new Uint8Array([1, 2, 3]));
  t.deepEqual(await category.get("a"), new Uint8Array([1, 2, 3]));
});

test("get() answers undefined where the loader finds nothing, and stores nothing", async (t) => {
  let loads = 0;
  const { category, backend } = openCategory<string>(t, {
    load: () => {
      loads += 1;
      return undefined;
    },
  });
  t.is(await category.get("a"), undefined);
  t.is((await category.lookup("a")).source, "none");
  t.is(loads, 2);
  t.is(backend.count("put"), 0);
});

const FAILURES: readonly (readonly [string, Loader<string>, unknown])[] = [
  ["throws", () => raise(new RangeError("down")), new RangeError("down")],
  ["throws null", () => raise(null), null],
  ["throws undefined", () => raise(undefined), undefined],
  ["throws a string", () => raise("down"), "down"],
  ["rejects", () => Promise.reject(new RangeError("down")), new RangeError("down")],
];
for (const [what, load, cause] of FAILURES) {
  test(`get() rejects when the loader ${what}`, async (t) => {
    const { category, backend } = openCategory(t, { load });
    const error = await t.throwsAsync(category.get("a"), {
      instanceOf: LoadError,
      message: /^Cannot load "a" of category player: (down|null|undefined)$/,
    });
    t.true(error !== undefined && "cause" in error);
    t.deepEqual(error?.cause, cause);
    t.is(error?.operation, "load");
    t.is(backend.count("put"), 0);
    t.like(category.health().loads, { succeeded: 0, failed: 1 });
    t.is(await category.get("a", { load: () => "again" }), "again");
  });
}

test("get() gives a loader up after loadTimeout, and aborts its signal", async (t) => {
  let context: LoadContext<string> | undefined;
  const gate = new Gate<string>();
  const { category, backend, clock } = openCategory<string>(t, {
    load: (_key, given) => {
      context = given;
      return gate.opened;
    },
  });
  const get = t.throwsAsync(category.get("a"), {
    instanceOf: LoadError,
    message: /not back within 1000 ms$/,
  });
  await clock.advance(1000);
  t.false(context?.signal.aborted);
  await clock.advance(20);
  const error = await get;
  t.true(error?.cause instanceof DeadlineError);
  t.is(context?.signal.reason, error?.cause);
  t.true((error?.elapsedMs ?? 0) >= 1000);
  gate.open("late");
  await clock.settle();
  t.deepEqual(backend.calls, ["get player/a"]);
});

test("get() lets a loader that fails after it was given up fail unheard", async (t) => {
  const gate = new Gate<string>();
  const { category, clock } = openCategory(t, { load: () => gate.opened });
  const get = t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  await clock.advance(1020);
  await get;
  gate.fail(new Error("late"));
  await clock.settle();
  t.like(category.health().loads, { succeeded: 0, failed: 1 });
});

test("get() keeps a loader from changing its outcome when its signal aborts", async (t) => {
  const { category, clock } = openCategory<string>(t, {
    load: (_key, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve("too late"));
      }),
  });
  const get = t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  await clock.advance(1020);
  await get;
});

test("setTtl() sets for how long the loaded value is fresh", async (t) => {
  const { category, clock } = openCategory<number>(t, {
    load: async (_key, { setTtl }) => {
      setTtl("60s");
      setTtl("2s");
      return 1;
    },
  });
  const { expiresAt } = await category.lookup("a");
  t.is(expiresAt, clock.now() + 2000);
  await clock.advance(1999);
  t.is((await category.lookup("a")).source, "backend");
  await clock.advance(1);
  t.is((await category.lookup("a")).source, "loader");
});

test("setTtl() with a duration that is none fails the load", async (t) => {
  const { category } = openCategory<number>(t, {
    load: (_key, { setTtl }) => {
      setTtl("soon");
      return 1;
    },
  });
  await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
});

for (const ttl of [0, "0s"]) {
  test(`setTtl() of ${JSON.stringify(ttl)} fails the load`, async (t) => {
    const { category } = openCategory<number>(t, {
      load: (_key, { setTtl }) => {
        setTtl(ttl);
        return 1;
      },
    });
    const error = await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
    t.true(error?.cause instanceof RangeError);
    t.regex(error?.message ?? "", /Cannot use "ttl": expected a duration above 0: received "?0s?"?$/);
  });
}

test("setTtl() after the load has ended changes nothing", async (t) => {
  let context: LoadContext<number> | undefined;
  const { category, clock } = openCategory<number>(t, {
    load: (_key, given) => {
      context = given;
      return 1;
    },
  });
  await category.get("a");
  context?.setTtl(1);
  await clock.advance(5000);
  t.is((await category.lookup("a")).source, "backend");
});

test("previous is the expired value, where the backend still has it", async (t) => {
  const seen: unknown[] = [];
  const { category, clock } = openCategory<number>(t, {
    load: (_key, { previous }) => {
      seen.push(previous);
      return (previous ?? 0) + 1;
    },
  });
  t.is(await category.get("a"), 1);
  await clock.advance(10_000);
  t.is(await category.get("a"), 2);
  t.deepEqual(seen, [undefined, 1]);
});

test("previous is undefined where the expired value cannot be decoded", async (t) => {
  const { category, settings, clock } = openCategory<unknown>(t);
  await category.set("a", 1);
  await clock.advance(10_000);
  const codec = { ...resolveCodec(), name: "json", decode: failOnce(resolveCodec()) };
  const restarted = openCategory<unknown>(t, { ...settings, codec }).category;
  const seen: unknown[] = [];
  const load: Loader<unknown> = (_key, { previous }) => {
    seen.push(previous);
    return 2;
  };
  t.is(await restarted.get("a", { load }), 2);
  t.deepEqual(seen, [undefined]);
  t.is(restarted.health().undecodable, 1);
});

test("get() rejects a loaded value that the codec cannot encode", async (t) => {
  const { category, backend } = openCategory<unknown>(t, { load: () => () => {} });
  const error = await t.throwsAsync(category.get("a"), {
    message: /^Cannot encode "a" of category player: /,
  });
  t.true(error instanceof StockpileError && error.code === "STOCKPILE_VALUE_INVALID");
  t.is(backend.count("put"), 0);
  t.like(category.health(), { loads: { succeeded: 0, failed: 1 }, gets: { failed: 1 } });
});

test("get() hands out a loaded value that is too large to be stored, and says so", async (t) => {
  const large = "x".repeat(2000);
  const { category, backend, reported } = openCategory(t, { load: () => large });
  const { value, source, failures, ...rest } = await category.lookup("a");
  t.deepEqual([value, source], [large, "loader"]);
  t.deepEqual(rest, { stale: false });
  t.is(failures[0]?.code, "STOCKPILE_VALUE_TOO_LARGE");
  t.deepEqual(reported, [
    { operation: "fill", category: "player", key: "a", error: failures[0] },
  ] as unknown[]);
  t.is(backend.count("put"), 0);
});

test("get() does not wait until a loaded value is stored", async (t) => {
  const { category, backend } = openCategory(t, { load: () => 1 });
  const put = backend.hold("put");
  t.is(await category.get("a"), 1);
  t.true(put.hasBegun);
  put.release();
});

test("get() does not fail when a loaded value cannot be stored, and reports it", async (t) => {
  const { category, backend, clock, reported } = openCategory(t, { load: () => 1 });
  const error = new BackendOverloadedError("full");
  backend.failing("put", error);
  const { value, failures } = await category.lookup("a");
  await clock.settle();
  t.is(value, 1);
  t.deepEqual(failures, []);
  t.deepEqual(reported, [{ operation: "fill", category: "player", key: "a", error }] as unknown[]);
});

test("get() reports what is no error of Stockpile's as a failed backend", async (t) => {
  const { category, backend, clock, reported } = openCategory(t, { load: () => 1 });
  backend.failing("put", "full");
  await category.get("a");
  await clock.settle();
  t.true(reported[0]?.error instanceof BackendError);
  t.is(reported[0]?.error.cause, "full");
});

test("get() with fresh loads whatever the backend has, and stores that", async (t) => {
  const { category, backend } = openCategory<number>(t, { load: () => 2 });
  await category.set("a", 1);
  t.is(await category.get("a", { fresh: true }), 2);
  t.is(backend.count("get"), 0);
  t.is(await category.get("a"), 2);
});

function raise(thrown: unknown): never {
  throw thrown;
}

/** The decoder of `codec`, failing the first time. */
function failOnce<T>(codec: { decode(bytes: Uint8Array): T }): (bytes: Uint8Array) => T {
  let calls = 0;
  return (bytes) => {
    calls += 1;
    return calls === 1 ? raise(new Error("not today")) : codec.decode(bytes);
  };
}
