/** What is bound to a channel's `start` holds wherever the call leads, loaders included. */
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel, type TracingChannel } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import { loadChannel, type LoadMessage } from "../../../src/host/diagnostics/load-channel.js";
import { operationChannel, type OperationMessage } from "../../../src/host/diagnostics/operation-channel.js";
import { openCategory } from "../cache/open-category.js";
import { recordChannel } from "./record-channel.js";

/** Binds a store to a channel until the test ends: within a call it holds what `enter` makes of the message. */
function bind<Message extends object>(
  t: ExecutionContext,
  { start }: TracingChannel<string, Message>,
  storage: AsyncLocalStorage<string>,
  enter: (message: Message) => string,
): void {
  start.bindStore(storage, enter);
  t.teardown(() => void start.unbindStore(storage));
}

test.serial("A loader runs within its load, and that within the get that caused it", async (t) => {
  const path = new AsyncLocalStorage<string>();
  const { category } = openCategory<string>(t, {
    load: async () => {
      await sleep(1);
      return path.getStore();
    },
  });
  bind(
    t,
    tracingChannel<string, OperationMessage>("stockpile:operation"),
    path,
    ({ operation, key }) => `${operation} ${key}`,
  );
  bind(
    t,
    tracingChannel<string, LoadMessage>("stockpile:load"),
    path,
    ({ key }) => `${path.getStore()} > load ${key}`,
  );
  t.is(await category.get("a"), "get a > load a");
  t.is(path.getStore(), undefined);
});

test.serial(
  "A get that joins the read of somebody without a loader has the load in its own context",
  async (t) => {
    const caller = new AsyncLocalStorage<string>();
    const { category, backend } = openCategory<string>(t, { load: () => caller.getStore() });
    const read = backend.hold("get");
    const has = caller.run("has", () => category.has("a"));
    const get = caller.run("get", () => category.get("a"));
    read.release();
    t.false(await has);
    t.is(await get, "get");
  },
);

test.serial("loadMany runs in the context of its getMany, whoever's read was the last to miss", async (t) => {
  const caller = new AsyncLocalStorage<string>();
  const { category, backend } = openCategory<string>(t, {
    loadMany: (keys) => keys.map(() => caller.getStore()),
  });
  const [joined, own] = [backend.hold("get"), backend.hold("get")];
  const has = caller.run("has", () => category.has("joined"));
  const values = caller.run("getMany", () => category.getMany(["joined", "own"]));
  own.release();
  await sleep(1);
  joined.release();
  await has;
  t.deepEqual(await values, ["getMany", "getMany"]);
});

test.serial("A load is told of with its key, a call of loadMany once with its keys", async (t) => {
  const { category } = openCategory<string>(t, {
    load: (key) => `one ${key}`,
    loadMany: (keys) => keys.map((key) => `many ${key}`),
  });
  const recorded = recordChannel(t, loadChannel);
  await category.get("a");
  await category.getMany(["b", "c"]);
  await category.get("d", { load: () => "own" });
  const ended = recorded.filter(([event]) => event === "asyncEnd").map(([, message]) => message);
  t.deepEqual(ended, [
    { category: "player", key: "a", result: "one a" },
    { category: "player", keys: ["b", "c"], result: ["many b", "many c"] },
    { category: "player", key: "d", result: "own" },
  ]);
});

test.serial("Gets that share a load are told of each, and the load once", async (t) => {
  const { category } = openCategory<string>(t, { load: () => "loaded" });
  const operations = recordChannel(t, operationChannel);
  const loads = recordChannel(t, loadChannel);
  await Promise.all(Array.from({ length: 20 }, () => category.get("a")));
  t.is(operations.filter(([event]) => event === "asyncEnd").length, 20);
  t.is(loads.filter(([event]) => event === "asyncEnd").length, 1);
});

for (const [name, loaders] of [
  ["load", { load: () => new Promise<string>(() => {}) }],
  ["loadMany", { loadMany: () => new Promise<string[]>(() => {}) }],
] as const) {
  test.serial(`${name} that is never back ends for subscribers when it is given up`, async (t) => {
    const { category, clock } = openCategory<string>(t, loaders);
    const recorded = recordChannel(t, loadChannel);
    const getting = t.throwsAsync(category.get("a"), { code: "STOCKPILE_LOAD_FAILED" });
    await clock.advance(500);
    t.deepEqual(
      recorded.map(([event]) => event),
      ["start", "end"],
    );
    await clock.advance(1000);
    await getting;
    t.deepEqual(
      recorded.map(([event]) => event),
      ["start", "end", "error", "asyncStart", "asyncEnd"],
    );
    t.like(recorded[0]?.[1].error, { code: "STOCKPILE_DEADLINE" });
  });

  test.serial(`${name} that throws at once is told of to its end`, async (t) => {
    const error = new RangeError("on purpose");
    const fail = (): never => {
      throw error;
    };
    const { category } = openCategory<string>(t, name === "load" ? { load: fail } : { loadMany: fail });
    const recorded = recordChannel(t, loadChannel);
    await t.throwsAsync(category.get("a"), { code: "STOCKPILE_LOAD_FAILED" });
    t.deepEqual(
      recorded.map(([event]) => event),
      ["start", "end", "error", "asyncStart", "asyncEnd"],
    );
    t.is(recorded[0]?.[1].error, error);
  });
}
