/** Calls of an adapter that never end. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { createBackend } from "@stockpile/plugin-keyv";
import type { CallContext, StorageBackend } from "../../../src/contract/backend.js";
import { leavesNothing } from "../../support/leaves-nothing.js";
import { silentLogger } from "../support/logger-into.js";
import { HangingAdapter } from "./fixtures/adapters.js";
import { open, valuesOf } from "./open-hosted.js";

leavesNothing(test);

const VALUE = Uint8Array.of(1);
const NOT_CALLED = { message: /received no answer from the adapter, which was not called again/ };

function openDirectly(adapter: HangingAdapter): StorageBackend {
  return createBackend(adapter, { namespace: "stockpile", maxKeyBytes: 80 }, silentLogger);
}

function at(key: string): { category: string; key: string } {
  return { category: "player", key };
}

function within(ms: number): CallContext {
  return { signal: new AbortController().signal, deadline: Date.now() + ms };
}

test("a read that never ends keeps its key until its deadline, and no other key", async (t) => {
  const adapter = new HangingAdapter();
  const backend = openDirectly(adapter);
  await backend.put(at("a"), { value: VALUE }, within(5000));
  adapter.hangs.add("get");
  void backend.get(at("a"), within(300));
  adapter.hangs.delete("get");
  const called = adapter.calls;
  await t.throwsAsync(async () => backend.get(at("a"), within(50)), NOT_CALLED);
  t.is(adapter.calls, called);
  await backend.put(at("b"), { value: VALUE }, within(5000));
  t.like(await backend.get(at("a"), within(5000)), { value: VALUE });
  await backend.put(at("a"), { value: VALUE }, within(5000));
});

test("behind a write that never ends each call of its key fails at its own deadline", async (t) => {
  const adapter = new HangingAdapter();
  const backend = openDirectly(adapter);
  adapter.hangs.add("set");
  void backend.put(at("a"), { value: VALUE }, within(50));
  adapter.hangs.delete("set");
  await sleep(100);
  const called = adapter.calls;
  // One after the other, and several at once: nothing gathers behind the write.
  for (let round = 0; round < 2; round += 1) {
    const reads = Array.from({ length: 20 }, () =>
      t.throwsAsync(async () => backend.get(at("a"), within(50)), NOT_CALLED),
    );
    await Promise.all(reads);
  }
  await t.throwsAsync(async () => backend.getMany?.([at("b"), at("a")], within(50)), NOT_CALLED);
  t.is(adapter.calls, called);
  await backend.put(at("b"), { value: VALUE }, within(5000));
});

test("calls of one key follow each other in their order, also past one that gave up", async (t) => {
  const adapter = new HangingAdapter();
  const backend = openDirectly(adapter);
  adapter.slowMs = 200;
  const ends: string[] = [];
  const note = (name: string, call: unknown): Promise<unknown> =>
    Promise.resolve(call).then(
      () => ends.push(name),
      () => ends.push(`no ${name}`),
    );
  await Promise.all([
    note("first", backend.put(at("a"), { value: Uint8Array.of(1) }, within(5000))),
    note("second", backend.put(at("a"), { value: Uint8Array.of(2) }, within(50))),
    note("third", backend.put(at("a"), { value: Uint8Array.of(3) }, within(5000))),
    note("fourth", backend.getMany?.([at("b"), at("a")], within(5000))),
  ]);
  t.deepEqual(ends, ["no second", "first", "third", "fourth"]);
  t.is(adapter.mostAtOnce, 1);
  t.like(await backend.get(at("a"), within(5000)), { value: Uint8Array.of(3) });
});

test("clear() and close() wait for what hangs no longer than they may", async (t) => {
  const adapter = new HangingAdapter();
  const backend = openDirectly(adapter);
  adapter.hangs.add("set");
  void backend.put(at("a"), { value: VALUE }, within(60_000));
  await t.throwsAsync(async () => backend.clear?.("player", within(100)), {
    message: /expected the adapter to end its calls in time/,
  });
  const startedAt = performance.now();
  await backend.close?.();
  t.true(adapter.isDisconnected);
  t.true(performance.now() - startedAt < 10_000); // of the 60 s that the write may take
});

test.serial("a key whose read hung once is served again when the call's time is over", async (t) => {
  const module = new URL("fixtures/adapters.js", import.meta.url).href;
  const parameters = { adapter: module, export: "HangsOnce" };
  const values = valuesOf(await open(t, parameters, { call: "500ms", hang: "20s" }));
  await values.set("hangs", "x");
  await t.throwsAsync(values.get("hangs"));
  t.is(await values.get("hangs"), "x");
  await values.set("hangs", "y");
  t.is(await values.get("hangs"), "y");
});
