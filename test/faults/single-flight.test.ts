/** Concurrent gets of one key share one read and one load, over a real thread. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { until } from "../support/until.js";

const CALLERS = 100;

leavesNothing(test);

test.serial(`${CALLERS} concurrent misses of one key cost one read and one load`, async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  let loads = 0;
  const counted = stage.stockpile.category<string>("counted", {
    load: async () => {
      loads += 1;
      await sleep(20);
      return "loaded";
    },
  });
  const before = stage.plugin().calls.succeeded;
  const values = await Promise.all(Array.from({ length: CALLERS }, () => counted.get("key")));
  t.deepEqual(
    values,
    Array.from({ length: CALLERS }, () => "loaded"),
  );
  t.is(loads, 1);
  // The read, and the write of what was loaded.
  await until("the write", () => stage.plugin().calls.succeeded === before + 2);
  await sleep(50);
  t.is(stage.plugin().calls.succeeded, before + 2);
  t.like(await counted.lookup("key"), { source: "backend", value: "loaded" });
});

test.serial("a caller that aborts leaves alone, with its signal's reason", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  let loads = 0;
  const load = async (): Promise<string> => {
    loads += 1;
    await sleep(100);
    return "loaded";
  };
  const controller = new AbortController();
  const staying = Array.from({ length: CALLERS }, () => stage.lenient.get("key", { load }));
  const leaving = stage.lenient.get("key", { load, signal: controller.signal });
  await sleep(30);
  const reason = { why: "enough" };
  controller.abort(reason);
  await t.throwsAsync(leaving, { any: true, is: reason });
  t.deepEqual(
    await Promise.all(staying),
    Array.from({ length: CALLERS }, () => "loaded"),
  );
  t.is(loads, 1);
});

test.serial("a caller that aborts during the read does not fail the load of the others", async (t) => {
  const stage = await Stage.open({ limits: { call: "1s" } });
  t.teardown(() => stage.close());
  const key = "slow-entry:left";
  const controller = new AbortController();
  const { signal } = controller;
  const leaving = stage.lenient.get(key, {
    signal,
    load: () => {
      signal.throwIfAborted();
      return "first";
    },
  });
  const staying = stage.lenient.get(key, { load: () => "second" });
  await sleep(20);
  const reason = new Error("client gone");
  controller.abort(reason);
  t.is(await t.throwsAsync(leaving), reason);
  t.is(await staying, "second");
});

test.serial("a value deleted during a slow read does not come back", async (t) => {
  const stage = await Stage.open({ limits: { call: "1s" } });
  t.teardown(() => stage.close());
  const key = "slow-entry:1";
  await stage.lenient.set(key, "old");
  const reading = stage.lenient.get(key);
  await sleep(30);
  await stage.lenient.delete(key);
  const later = stage.lenient.lookup(key);
  t.true(["old", `loaded ${key}`].includes((await reading) ?? ""));
  t.like(await later, { source: "loader", value: `loaded ${key}` });
  t.like(await stage.lenient.lookup(key), { value: `loaded ${key}` });
});
