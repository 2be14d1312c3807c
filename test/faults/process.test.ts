/** A plugin in a process of its own is served, ended and replaced like one in a thread. */
import test from "ava";
import { childPids } from "../support/processes.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { until } from "../support/until.js";

leavesNothing(test);

test.serial("a plugin in a process serves, and health tells where it runs and what it holds", async (t) => {
  const stage = await Stage.open({ isolation: "process", startup: "required" });
  t.teardown(() => stage.close());
  t.is(childPids().length, 1);
  await stage.strict.set("key", "value");
  t.is(await stage.strict.get("key"), "value");
  await stage.strict.delete("key");
  t.is(await stage.strict.get("key"), undefined);
  await until("its memory to be known", () => stage.plugin().memory.residentBytes !== undefined);
  const { isolation, memory } = stage.plugin();
  t.is(isolation, "process");
  t.true(memory.residentBytes! > memory.heapBytes);
});

test.serial("values of any size cross to a process and back", async (t) => {
  const stage = await Stage.open({ isolation: "process", startup: "required" });
  t.teardown(() => stage.close());
  const category = stage.stockpile.category<Uint8Array>("bytes", { codec: "bytes", onReadError: "throw" });
  for (const size of [0, 1, 4095, 4096, 70_000, 1_000_000, 8 * 1024 * 1024]) {
    const value = new Uint8Array(size).map((_, index) => index % 251);
    await category.set("key", value);
    t.deepEqual(Buffer.from((await category.get("key")) ?? "").equals(value), true, `${size} bytes`);
  }
});

test.serial("a process that exits is replaced, and the call that did it is named", async (t) => {
  const stage = await Stage.open({ isolation: "process", startup: "required" });
  t.teardown(() => stage.close());
  const [first] = childPids();
  await t.throwsAsync(stage.strict.get("exit-3:1"), { code: "STOCKPILE_PLUGIN_UNAVAILABLE" });
  t.like(stage.plugin().lastFailure, {
    kind: "exit",
    message: "The plugin ended its process with exit code 3",
    call: { operation: "get", category: "strict" },
  });
  await until("another life", () => stage.plugin().state === "ready");
  t.not(childPids()[0], first);
  t.is(await stage.strict.get("plain"), undefined);
});

test.serial("an error nobody caught arrives with its stack", async (t) => {
  const stage = await Stage.open({ isolation: "process", startup: "required" });
  t.teardown(() => stage.close());
  void stage.lenient.get("timer-throw:1");
  const failure = await until("its end", () => stage.plugin().lastFailure);
  t.is(failure.kind, "crash");
  t.is(failure.message, "Uncaught: thrown in a timer on purpose");
  t.regex(failure.stack ?? "", /faulty\.[jt]s/);
});

test.serial("an error that ends a process while it is being stopped is told", async (t) => {
  const plugin = new TemporaryPlugin({
    initializePlugin: `export async function initializePlugin(context) {
  await context.registerStorageBackend("store", () => ({
    get: () => undefined,
    put: () => undefined,
    purge: () => undefined,
    close: () => {
      setTimeout(() => { throw new Error("could not flush"); });
      return new Promise(() => {});
    },
  }));
}`,
  });
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({ module: plugin.url, isolation: "process", startup: "required" });
  t.teardown(() => stage.close());
  await stage.strict.get("key");
  await stage.stockpile.plugins.stop("faulty");
  t.true(
    stage.lines.some(
      ({ msg }) => msg === "Ended while it was being stopped (crash): Uncaught: could not flush",
    ),
    JSON.stringify(stage.lines.map(({ msg }) => msg)),
  );
});

test.serial("a process that spins is ended past its limit", async (t) => {
  const stage = await Stage.open({
    isolation: "process",
    startup: "required",
    limits: { call: "100ms", hang: "500ms" },
  });
  t.teardown(() => stage.close());
  await t.throwsAsync(stage.strict.get("spin:1"), { code: "STOCKPILE_BACKEND_TIMEOUT" });
  const failure = await until("its end", () => stage.plugin().lastFailure);
  t.like(failure, { kind: "hang", call: { operation: "get", category: "strict" } });
});
