/** A backend that fails is left alone for a while, and asked again without readers. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { until } from "../support/until.js";

const CALLERS = 32;
/** The longest wait before the first probe, in ms, and what a loaded machine adds. */
const PROBED_MS = 500 + 500;

leavesNothing(test);

test.serial("the breaker opens on failures, shows in health, and closes by its own probe", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const breakers = (): string[] => stage.plugin().backends.map(({ breaker }) => breaker);
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => stage.lenient.get(`reject:${index}`)));
  const openedAt = performance.now();
  t.deepEqual(breakers(), ["open", "closed"]);
  t.is(stage.plugin().state, "degraded");
  t.is(stage.stockpile.health().status, "degraded");

  const { value, failures } = await stage.lenient.lookup("plain");
  t.is(value, "loaded plain");
  t.like(failures[0] ?? {}, { code: "STOCKPILE_PLUGIN_UNAVAILABLE", operation: "get" });
  t.regex(failures[0]?.message ?? "", /its breaker is (open|half-open)$/);
  // The other backend of the plugin is not concerned.
  t.is(await stage.strict.get("plain"), undefined);

  await until("the probe", () => breakers()[0] === "closed");
  t.true(performance.now() - openedAt <= PROBED_MS);
  t.is(stage.plugin().state, "ready");
  t.deepEqual(
    stage.events.map(({ state }) => state),
    ["degraded", "ready"],
  );
  await stage.lenient.set("key", "value");
  t.like(await stage.lenient.lookup("key"), { source: "backend" });
});

test.serial("timeouts open it too", async (t) => {
  const stage = await Stage.open({ limits: { call: "100ms" } });
  t.teardown(() => stage.close());
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => stage.lenient.get(`never:${index}`)));
  t.is(stage.plugin().backends[0]?.breaker, "open");
});

test.serial("refusals, aborts and misses do not", async (t) => {
  const stage = await Stage.open({ limits: { inFlightCalls: 40, call: "1s" } });
  t.teardown(() => stage.close());
  await Promise.allSettled(Array.from({ length: 200 }, (_, index) => stage.strict.get(`slow-300:${index}`)));
  t.true(stage.plugin().calls.refused >= 160);
  t.is(stage.plugin().backends[1]?.breaker, "closed");
  const controller = new AbortController();
  const aborted = Array.from({ length: CALLERS }, (_, index) =>
    stage.strict.get(`slow-300:${index}`, { signal: controller.signal }),
  );
  const settled = Promise.allSettled(aborted);
  await sleep(20);
  controller.abort();
  t.true((await settled).every(({ status }) => status === "rejected"));
  // Calls nobody waits for are in flight until the worker is done with them.
  await until("room", () => stage.plugin().calls.inFlight === 0);
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => stage.strict.get(`miss ${index}`)));
  t.is(stage.plugin().backends[1]?.breaker, "closed");
});

test.serial(
  "calls that the end of a life takes along count, and the next life is asked at once",
  async (t) => {
    const stage = await Stage.open({ limits: { call: "10s" } });
    t.teardown(() => stage.close());
    const states: (string | undefined)[] = [];
    stage.stockpile.on("plugin", () => states.push(stage.plugin().backends[0]?.breaker));
    const calls = Array.from({ length: CALLERS }, (_, index) => stage.lenient.get(`never:${index}`));
    await stage.lenient.get("exit-3:1");
    await Promise.all(calls);
    t.is(stage.plugin().backends[0]?.breaker, "open");
    await until("service", () => stage.plugin().state === "ready");
    t.is(stage.plugin().backends[0]?.breaker, "closed");
    t.true(states.includes("open"));
  },
);
