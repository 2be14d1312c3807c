import test from "ava";
import { DeadlineError } from "../../../src/contract/errors.js";
import { Gate, openCategory } from "./open-category.js";

test("get() rejects at once with the signal's reason when that aborts, and others wait on", async (t) => {
  const { category, backend } = openCategory<number>(t);
  await category.set("a", 1);
  const read = backend.hold("get");
  const controller = new AbortController();
  const leaving = category.get("a", { signal: controller.signal });
  const staying = category.get("a");
  const reason = new Error("client gone");
  controller.abort(reason);
  t.is(await t.throwsAsync(leaving), reason);
  read.release();
  t.is(await staying, 1);
  t.is(backend.count("get"), 1);
});

for (const reason of [null, "text", 0]) {
  test(`get() rejects with a reason that is ${JSON.stringify(reason)}`, async (t) => {
    const { category, backend } = openCategory(t);
    const read = backend.hold("get");
    const controller = new AbortController();
    const get = category.get("a", { signal: controller.signal }).then(
      () => t.fail(),
      (rejection: unknown) => rejection,
    );
    controller.abort(reason);
    t.is(await get, reason);
    read.release();
  });
}

test("get() starts nothing for a signal that has aborted", async (t) => {
  const { category, backend } = openCategory<unknown>(t, { load: () => t.fail() });
  const reason = new Error("client gone");
  t.is(await t.throwsAsync(category.get("a", { signal: AbortSignal.abort(reason) })), reason);
  t.deepEqual(backend.calls, []);
});

test("get() leaves no listener on the signal, however it ends", async (t) => {
  const { category, clock } = openCategory<number>(t);
  const { signal, listeners } = watchedSignal();
  await category.set("a", 1);
  await category.get("a", { signal });
  await category.get("b", { signal });
  await category.get("c", { signal, load: () => 3 });
  await t.throwsAsync(category.get("d", { signal, load: () => Promise.reject(new Error("down")) }));
  await t.throwsAsync(category.get("", { signal }));
  const expiring = category.get("e", { signal, deadline: 50, load: () => new Gate<number>().opened });
  const expired = t.throwsAsync(expiring, { instanceOf: DeadlineError });
  await clock.advance(70);
  await expired;
  t.true(listeners.added > 0);
  t.is(listeners.present, 0);
  await clock.advance(1020);
});

test("100 gets under one signal listen to it once, and all leave with it", async (t) => {
  const { category, backend } = openCategory<number>(t);
  const { signal, listeners, abort } = watchedSignal();
  const held = Array.from({ length: 100 }, () => backend.hold("get"));
  const gets = held.map((_, index) => category.get(`key-${index}`, { signal }));
  t.is(listeners.present, 1);
  abort("gone");
  const results = await Promise.allSettled(gets);
  t.true(results.every((result) => result.status === "rejected" && result.reason === "gone"));
  t.is(listeners.present, 0);
  for (const read of held) read.release();
});

test("get() rejects when its deadline passes, and the flight goes on", async (t) => {
  const gate = new Gate<number>();
  const { category, clock } = openCategory<number>(t, { load: () => gate.opened });
  const hurried = t.throwsAsync(category.get("a", { deadline: 100 }), {
    instanceOf: DeadlineError,
    message: 'Cannot get "a" of category player: expected an answer within 100 ms',
  });
  const patient = category.get("a");
  await clock.advance(120);
  const error = await hurried;
  t.is(error?.operation, "get");
  t.true((error?.elapsedMs ?? 0) >= 100 && (error?.elapsedMs ?? 0) <= 120);
  gate.open(1);
  t.is(await patient, 1);
  t.is(category.health().gets.failed, 1);
});

test("lookup() rejects when its deadline passes, naming itself", async (t) => {
  const { category, backend, clock } = openCategory(t);
  const read = backend.hold("get");
  const lookup = t.throwsAsync(category.lookup("a", { deadline: "50ms" }), { instanceOf: DeadlineError });
  await clock.advance(70);
  t.is((await lookup)?.operation, "lookup");
  read.release();
});

test("deadline covers the read and the load together", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { load: () => new Gate<number>().opened });
  const read = backend.hold("get");
  const get = t.throwsAsync(category.get("a", { deadline: 100 }), { instanceOf: DeadlineError });
  await clock.advance(60);
  read.release();
  await clock.advance(60);
  await get;
  await clock.advance(1020);
});

test("a get that is answered in time leaves no deadline behind", async (t) => {
  const { category, clock } = openCategory<number>(t);
  await category.get("a", { deadline: 60_000 });
  await clock.advance(10);
  t.is(clock.pending, 0);
});

test("a caller that has left costs no decoding", async (t) => {
  let decoded = 0;
  const { category, backend, clock } = openCategory<number>(t, {
    codec: {
      name: "own",
      encode: (value) => new Uint8Array([value]),
      decode: ([value = 0]) => {
        decoded += 1;
        return value;
      },
    },
  });
  await category.set("a", 1);
  const read = backend.hold("get");
  const controller = new AbortController();
  const left = category.get("a", { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(left, { any: true });
  read.release();
  await clock.settle();
  t.is(decoded, 0);
});

test("an abort is no failure of the category's", async (t) => {
  const { category, backend, clock } = openCategory<number>(t);
  const read = backend.hold("get");
  const controller = new AbortController();
  const left = category.get("a", { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(left, { any: true });
  read.release();
  await clock.settle();
  const { gets } = category.health();
  t.deepEqual(gets, { near: 0, backend: 0, pending: 0, loader: 0, stale: 0, none: 0, failed: 0 });
});

test("a caller that left during the read does not load for those who wait on", async (t) => {
  const { category, backend } = openCategory<string>(t);
  const read = backend.hold("get");
  const controller = new AbortController();
  const { signal } = controller;
  const leaving = category.get("a", {
    signal,
    load: () => {
      signal.throwIfAborted();
      return "first";
    },
  });
  const staying = category.get("a", { load: () => "second" });
  const reason = new Error("client gone");
  controller.abort(reason);
  t.is(await t.throwsAsync(leaving), reason);
  read.release();
  t.is(await staying, "second");
});

test("a get whose loader aborts its signal rejects, though the loader ran before the get returned", async (t) => {
  const { category } = openCategory<number>(t);
  const controller = new AbortController();
  const reason = new Error("enough");
  const get = category.get("a", {
    fresh: true,
    signal: controller.signal,
    load: () => {
      controller.abort(reason);
      return 1;
    },
  });
  t.is(await t.throwsAsync(get), reason);
});

/** A signal that counts its listeners. */
function watchedSignal(): {
  readonly signal: AbortSignal;
  readonly listeners: { added: number; present: number };
  readonly abort: (reason: unknown) => void;
} {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = { added: 0, present: 0 };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...parameters: Parameters<typeof add>) => {
    listeners.added += 1;
    listeners.present += 1;
    add(...parameters);
  };
  signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
    listeners.present -= 1;
    remove(...parameters);
  };
  return { signal, listeners, abort: (reason) => controller.abort(reason) };
}
