/** What is over a plugin's caps is refused at once, and taken again once there is room. */
import test from "ava";
import { BackendOverloadedError } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { until } from "../support/until.js";

/** Within which a refusal comes, in ms: in the same turn, but the machine does other work too. */
const AT_ONCE_MS = 50;

leavesNothing(test);

test.serial("calls beyond limits.inFlightCalls are refused at once, and the others served", async (t) => {
  const stage = await Stage.open({ limits: { call: "2s", inFlightCalls: 8 } });
  t.teardown(() => stage.close());
  const startedAt = performance.now();
  const calls = Array.from({ length: 20 }, (_, index) => stage.strict.get(`slow-300:${index}`));
  const refused = await Promise.allSettled(calls.slice(8));
  t.true(performance.now() - startedAt <= AT_ONCE_MS);
  for (const result of refused) {
    const reason: unknown = result.status === "rejected" ? result.reason : undefined;
    if (!(reason instanceof BackendOverloadedError)) {
      t.fail(String(reason));
      return;
    }
    t.regex(reason.message, /expected at most 8 calls and \d+ bytes in flight: there are 8 calls/);
    t.is(reason.pluginName, "faulty");
  }
  t.deepEqual(await Promise.all(calls.slice(0, 8)), Array.from({ length: 8 }));
  const { refused: count, inFlight } = stage.plugin().calls;
  t.is(count, 12);
  t.is(inFlight, 0);
  t.deepEqual(await Promise.all([1, 2, 3].map((index) => stage.strict.get(`plain ${index}`))), [
    undefined,
    undefined,
    undefined,
  ]);
  // Refusals say nothing of the backend.
  t.is(stage.plugin().state, "ready");
});

test.serial("bytes beyond limits.inFlightBytes are refused at once, and room comes back", async (t) => {
  const stage = await Stage.open({ maxValueBytes: 10_000, limits: { inFlightBytes: 20_000 } });
  t.teardown(() => stage.close());
  const value = "x".repeat(9000);
  const sets = await Promise.allSettled([1, 2, 3, 4].map((index) => stage.strict.set(`key ${index}`, value)));
  t.deepEqual(
    sets.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "rejected"],
  );
  t.is(stage.plugin().calls.inFlightBytes, 0);
  await stage.strict.set("key 3", value);
  t.is(await stage.strict.get("key 3"), value);
});

test.serial("a plugin whose calls never end gets another life, and its quota back", async (t) => {
  const stage = await Stage.open({ limits: { inFlightCalls: 8, call: "100ms", hang: "300ms" } });
  t.teardown(() => stage.close());
  await Promise.all(Array.from({ length: 8 }, (_, index) => stage.lenient.get(`never:${index}`)));
  // Their callers have gone; the worker still holds them.
  t.is(stage.plugin().calls.inFlight, 8);
  await t.throwsAsync(stage.strict.get("plain"), { code: "STOCKPILE_BACKEND_OVERLOADED" });
  await until("another life", () => stage.plugin().lives === 2 && stage.plugin().state === "ready");
  t.is(stage.plugin().lastFailure?.kind, "hang");
  t.regex(stage.plugin().lastFailure?.message ?? "", /calls never ended/);
  t.is(await stage.strict.get("plain"), undefined);
});
