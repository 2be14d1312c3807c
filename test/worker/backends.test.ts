import test from "ava";
import type { StorageBackend } from "../../src/contract/backend.js";
import type { BackendContext, Logger } from "../../src/contract/context.js";
import { MAX_INVALIDATED_KEYS } from "../../src/contract/protocol.js";
import { Backends } from "../../src/worker/backends.js";
import { backendsOptions, silentLogger } from "./open-backends.js";

const BACKEND: StorageBackend = { get: () => undefined, put: () => {}, purge: () => {} };

test("open() hands the factory its parameters and its context, and answers the optional methods", async (t) => {
  const children: unknown[] = [];
  const logger: Logger = {
    ...silentLogger,
    child: (bindings) => {
      children.push(bindings);
      return silentLogger;
    },
  };
  const options = backendsOptions({ logger });
  const backends = new Backends(options);
  const opened: [unknown, BackendContext][] = [];
  const backend = { ...BACKEND, ping: () => {}, close: () => {} };
  t.true(
    backends.offer("main", (parameters, context) => {
      opened.push([parameters, context]);
      return backend;
    }),
  );
  t.deepEqual(await backends.open(4, "main", { db: 1 }), { value: ["close", "ping"] });
  t.deepEqual(opened[0]?.[0], { db: 1 });
  t.like(opened[0]?.[1], { hostId: options.hostId, signal: options.signal });
  t.deepEqual(children, [{ backend: "main" }]);
  t.is(backends.get(4), backend);
  t.is(backends.get(5), undefined);
});

test("open() opens a backend once per number, also when asked again", async (t) => {
  const backends = new Backends(backendsOptions());
  let opened = 0;
  backends.offer("main", async () => {
    opened += 1;
    return { ...BACKEND };
  });
  const answers = await Promise.all([backends.open(0, "main", {}), backends.open(1, "main", {})]);
  t.deepEqual(answers, [{ value: [] }, { value: [] }]);
  t.is(opened, 2);
  await backends.open(0, "main", {});
  t.is(opened, 2);
  t.not(backends.get(0), backends.get(1));
});

test("open() tries again while an attempt does not come back, three at a time, and keeps the first to succeed", async (t) => {
  const backends = new Backends(backendsOptions());
  const closed: number[] = [];
  const attempts: (() => void)[] = [];
  backends.offer("main", () => {
    const number = attempts.length;
    return new Promise((resolve) => {
      attempts.push(() => resolve({ ...BACKEND, ping: () => {}, close: () => void closed.push(number) }));
    });
  });
  const asked = Array.from({ length: 4 }, () => backends.open(0, "main", {}));
  t.is(attempts.length, 3);
  attempts[1]?.();
  const answer = { value: ["close", "ping"] };
  t.deepEqual(await Promise.all(asked), [answer, answer, answer, answer]);
  const kept = backends.get(0);
  attempts[0]?.();
  t.deepEqual(await backends.open(0, "main", {}), answer);
  t.deepEqual(closed, [0]);
  t.is(backends.get(0), kept);
  // The third has not come back, and is not waited for.
  t.deepEqual(await backends.close(), { value: undefined });
  t.deepEqual(closed, [0, 1]);
  attempts[2]?.();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  t.deepEqual(closed, [0, 1, 2]);
});

test("open() may be asked again after a failure", async (t) => {
  const backends = new Backends(backendsOptions());
  let attempts = 0;
  backends.offer("main", () => {
    attempts += 1;
    if (attempts === 1) throw Object.assign(new Error("down"), { code: "ECONNREFUSED" });
    return BACKEND;
  });
  t.like(await backends.open(0, "main", {}), { error: { message: "down", code: "ECONNREFUSED" } });
  t.is(backends.get(0), undefined);
  t.deepEqual(await backends.open(0, "main", {}), { value: [] });
  t.is(backends.get(0), BACKEND);
});

test("open() answers an error for an id that is not registered", async (t) => {
  const backends = new Backends(backendsOptions());
  t.like(await backends.open(0, "other", {}), {
    error: { message: 'No storage backend "other" is registered' },
  });
});

for (const [what, backend, message] of [
  ["nothing", undefined, "expected its factory to return an object: received undefined"],
  ["null", null, "expected its factory to return an object: received null"],
  ["a function", () => {}, "expected its factory to return an object: received function"],
  ["no methods", {}, 'method "get" is missing, method "put" is missing, method "purge" is missing'],
  ["no purge", { ...BACKEND, purge: undefined }, 'method "purge" is missing'],
  ["a ping that is no method", { ...BACKEND, ping: true }, '"ping" is no function'],
  [
    "null as scan, and no get",
    { ...BACKEND, get: null, scan: null },
    'method "get" is missing, "scan" is no function',
  ],
] as [string, never, string][]) {
  test(`open() refuses a factory that returns ${what}`, async (t) => {
    const backends = new Backends(backendsOptions());
    backends.offer("main", async () => backend);
    const outcome = await backends.open(0, "main", {});
    t.like(outcome, {
      error: { name: "TypeError", message: `Cannot open storage backend "main": ${message}` },
    });
    t.is(backends.get(0), undefined);
  });
}

test("open() answers an error when a backend throws on being looked at", async (t) => {
  const backends = new Backends(backendsOptions());
  backends.offer("main", () =>
    Object.defineProperty({ ...BACKEND }, "scan", {
      get() {
        throw new Error("do not look");
      },
    }),
  );
  t.like(await backends.open(0, "main", {}), { error: { message: "do not look" } });
});

test("offer() keeps the first factory of an id; withdraw() forgets it", async (t) => {
  const backends = new Backends(backendsOptions());
  t.true(backends.offer("main", () => BACKEND));
  t.false(backends.offer("main", () => ({ ...BACKEND, ping: () => {} })));
  t.deepEqual(await backends.open(0, "main", {}), { value: [] });
  backends.withdraw("main");
  t.like(await backends.open(1, "main", {}), { error: { name: "Error" } });
  t.true(backends.offer("main", () => BACKEND));
});

test("close() closes every backend, those still opening included, and answers the first failure", async (t) => {
  const backends = new Backends(backendsOptions());
  const closed: string[] = [];
  let open: () => void = () => {};
  const closing = (name: string): StorageBackend => ({ ...BACKEND, close: () => void closed.push(name) });
  backends.offer("quick", () => closing("quick"));
  backends.offer("slow", () => new Promise((resolve) => (open = () => resolve(closing("slow")))));
  backends.offer("plain", () => BACKEND);
  backends.offer("broken", () => {
    throw new Error("never opened");
  });
  backends.offer("stubborn", () => ({
    ...BACKEND,
    close: () => {
      throw new Error("will not close");
    },
  }));
  await Promise.all(
    ["quick", "plain", "broken", "stubborn"].map((id, index) => backends.open(index, id, {})),
  );
  void backends.open(9, "slow", {});
  const outcome = backends.close();
  t.is(backends.get(0), undefined);
  open();
  t.like(await outcome, { error: { message: "will not close" } });
  t.deepEqual(closed, ["quick", "slow"]);
});

test("close() of backends that close well answers no error", async (t) => {
  const backends = new Backends(backendsOptions());
  backends.offer("main", () => ({ ...BACKEND, close: async () => {} }));
  await backends.open(0, "main", {});
  t.deepEqual(await backends.close(), { value: undefined });
  t.deepEqual(await new Backends(backendsOptions()).close(), { value: undefined });
});

test("closeOne() closes the backend of that number alone, and answers what that fails with", async (t) => {
  const backends = new Backends(backendsOptions());
  const closed: unknown[] = [];
  backends.offer("main", (name) => ({
    ...BACKEND,
    close: () => {
      closed.push(name);
      if (name === "bad") throw new Error("it does not close");
    },
  }));
  for (const [handle, name] of ["good", "bad", "kept"].entries()) await backends.open(handle, "main", name); // oxlint-disable-line no-await-in-loop -- In this order.
  t.deepEqual(await backends.closeOne(0), { value: undefined });
  t.like(await backends.closeOne(1), { error: { message: "it does not close" } });
  t.deepEqual(await backends.closeOne(1), { value: undefined }, "there is none any more");
  t.is(backends.get(0), undefined);
  t.not(backends.get(2), undefined);
  t.deepEqual(await backends.close(), { value: undefined });
  t.deepEqual(closed, ["good", "bad", "kept"]);
});

test("close() waits for a backend that is being closed by itself", async (t) => {
  const backends = new Backends(backendsOptions());
  let finish = (): void => {};
  backends.offer("main", () => ({
    ...BACKEND,
    close: () => new Promise<void>((resolve) => (finish = resolve)),
  }));
  await backends.open(0, "main", {});
  const order: string[] = [];
  const one = backends.closeOne(0).then(() => order.push("one"));
  const all = backends.close().then(() => order.push("all"));
  await new Promise(setImmediate);
  t.deepEqual(order, []);
  finish();
  await Promise.all([one, all]);
  t.deepEqual(order, ["one", "all"]);
});

test("invalidate() of a backend's context tells the host, with the backend's number", async (t) => {
  const told: unknown[] = [];
  const backends = new Backends(backendsOptions({ invalidate: (...args) => void told.push(args) }));
  let context: BackendContext | undefined;
  backends.offer("main", (_parameters, own) => {
    context = own;
    return BACKEND;
  });
  await backends.open(7, "main", {});
  const key = { category: "c", key: "k" };
  context?.invalidate([{ ...key, extra: () => {} } as never]);
  context?.invalidate("all");
  context?.invalidate(Array.from({ length: MAX_INVALIDATED_KEYS }, () => key));
  context?.invalidate(Array.from({ length: MAX_INVALIDATED_KEYS + 1 }, () => key));
  // More text than may cross at once.
  context?.invalidate(Array.from({ length: 2000 }, () => ({ category: "c", key: "k".repeat(1000) })));
  t.deepEqual(told.slice(0, 2), [
    [7, [key]],
    [7, "all"],
  ]);
  t.is((told[2] as [number, unknown[]])[1].length, MAX_INVALIDATED_KEYS);
  t.deepEqual(told.slice(3), [
    [7, "all"],
    [7, "all"],
  ]);
  for (const wrong of [
    undefined,
    "some",
    { category: "c", key: "k" },
    [null],
    ["k"],
    [{ key: "k" }],
    [{ category: 1, key: 2 }],
  ]) {
    t.throws(() => context?.invalidate(wrong as never), {
      instanceOf: TypeError,
      message: /^Cannot invalidate: /,
    });
  }
  t.is(told.length, 5);
});
