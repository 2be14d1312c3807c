/** Plugins steered by hand, heard of by listeners, and shown by health. */
import test from "ava";
import type { PluginEvent } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { threadCount } from "../support/thread-count.js";
import { until } from "../support/until.js";

/** What a snapshot of health may cost, in ms: 0.02 where the machine is quiet. */
const HEALTH_MS = 1;

leavesNothing(test);

test.serial("plugins.stop, start and restart do what they say, and each change is an event", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const { plugins } = stage.stockpile;
  const threads = threadCount();
  await stage.lenient.set("key", "value");

  await plugins.stop("faulty");
  t.is(stage.plugin().state, "stopped");
  await until("no thread of it", () => threadCount() < threads);
  const { source, failures } = await stage.lenient.lookup("key");
  t.is(source, "loader");
  t.regex(failures[0]?.message ?? "", /plugin "faulty" is stopped$/);
  await plugins.stop("faulty");

  await plugins.start("faulty");
  t.is(stage.plugin().state, "ready");
  t.is(stage.plugin().lives, 2);
  await plugins.start("faulty");
  t.is(stage.plugin().lives, 2);

  await plugins.restart("faulty");
  t.like(stage.plugin(), { state: "ready", lives: 3, restarts: 1 });
  t.is(await stage.lenient.get("plain"), "loaded plain");
  t.deepEqual(
    stage.events.map(({ previous, state }) => `${previous} > ${state}`),
    ["ready > stopped", "stopped > starting", "starting > ready", "ready > starting", "starting > ready"],
  );
  for (const { plugin, at } of stage.events) {
    t.is(plugin, "faulty");
    t.true(Math.abs(Date.now() - at) < 60_000);
  }
  await t.throwsAsync(plugins.restart("absent"), {
    code: "STOCKPILE_PLUGIN_UNAVAILABLE",
    message: /"faulty", "steady"/,
  });
});

test.serial("a restart does not wait for a thread that spins", async (t) => {
  const stage = await Stage.open({ limits: { call: "100ms", hang: "60s", stop: "3s" } });
  t.teardown(() => stage.close());
  const threads = threadCount();
  await stage.lenient.get("spin:1");
  await stage.stockpile.plugins.restart("faulty");
  t.is(stage.plugin().state, "ready");
  t.true(threadCount() > threads);
  await until("the old thread to be gone", () => threadCount() <= threads);
  t.is(stage.plugin().abandonedThreads, 0);
});

test.serial("a backend that reports wrong keys as changed is told so, and not ended for many", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  await stage.lenient.get("invalidate:1");
  await until("three refusals", () => stage.lines.filter(({ msg }) => msg === "refused").length === 3);
  await stage.lenient.set("key", "value");
  t.is(await stage.lenient.get("key"), "value");
  t.is(stage.plugin().lives, 1);
});

test.serial("restarts that overlap leave one life", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const { plugins } = stage.stockpile;
  const threads = threadCount();
  await Promise.allSettled([1, 2, 3].map(() => plugins.restart("faulty")));
  await until("the last life", () => stage.plugin().state === "ready");
  await until("the others to be gone", () => threadCount() <= threads);
  await stage.lenient.set("key", "value");
  t.is(await stage.lenient.get("key"), "value");
  await Promise.allSettled([plugins.restart("faulty"), plugins.stop("faulty")]);
  t.is(stage.plugin().state, "stopped");
  await until("no thread of it", () => threadCount() < threads);
});

test.serial("an event of a failure tells it, and a listener that throws does no harm", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const heard: PluginEvent[] = [];
  stage.stockpile.on("plugin", () => {
    throw new Error("a listener's own mistake");
  });
  const off = stage.stockpile.on("plugin", (event) => void heard.push(event));
  await stage.lenient.get("exit-3:1");
  await until("another life", () => stage.plugin().lives === 2 && stage.plugin().state === "ready");
  t.deepEqual(
    heard.map(({ state }) => state),
    ["restarting", "ready"],
  );
  t.like(heard[0]?.failure ?? {}, { kind: "exit", call: { operation: "get", category: "lenient" } });
  t.true(stage.lines.some(({ msg }) => msg === "A listener of plugin events failed"));
  off();
  await stage.stockpile.plugins.stop("faulty");
  t.is(heard.length, 2);
});

test.serial("health is there at once and cheap while a plugin spins", async (t) => {
  const stage = await Stage.open({ limits: { call: "100ms", hang: "500ms" } });
  t.teardown(() => stage.close());
  await stage.lenient.get("spin:1");
  const [snapshots, startedAt] = [200, performance.now()];
  for (let index = 0; index < snapshots; index += 1) t.is(stage.stockpile.health().plugins.length, 2);
  const eachMs = (performance.now() - startedAt) / snapshots;
  t.log(`${eachMs.toFixed(3)} ms each`);
  t.true(eachMs <= HEALTH_MS);
  await until("the loop to be seen blocked", () => stage.plugin().eventLoop.blockedMs > 0);
  t.is(stage.stockpile.health().status, "ok");
  await until("another life", () => stage.plugin().lives === 2 && stage.plugin().state === "ready");
  t.deepEqual(stage.plugin().lastFailure?.kind, "hang");
  // A loop that gets no processor for a while is blocked as well, as far as can be seen.
  await until("the new loop to be seen turning", () => stage.plugin().eventLoop.blockedMs === 0);
});

test.serial("health is down only for a required plugin", async (t) => {
  const stage = await Stage.open({ startup: "required", restart: { backoff: "10s", maxBackoff: "10s" } });
  t.teardown(() => stage.close());
  t.is(stage.stockpile.health().status, "ok");
  await stage.lenient.get("exit-3:1");
  t.is(stage.stockpile.health().status, "down");
});
