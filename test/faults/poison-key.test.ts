/** One key whose call never returns costs that key, not the plugin. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import { isStockpileError } from "../../src/host/main.js";
import { measureDisturbance } from "../support/disturbance.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { CALL_MARGIN_MS, LOOP_MARGIN_MS, REPLACE_MARGIN_MS } from "../support/margins.js";
import { Stage } from "../support/stage.js";
import { until } from "../support/until.js";

const CALL_MS = 100;
const HANG_MS = 500;
const CALLERS = 16;

leavesNothing(test);

const isRefusedAlone = test.macro({
  title: (_given, fault: string) => `a key whose call is a "${fault}" is refused alone after two kills`,
  async exec(t: ExecutionContext, fault: string) {
    const stage = await Stage.open({
      // One failure that counted too many would be quarantine.
      restart: { burst: 1, window: "60s", backoff: "20ms", maxBackoff: "30s" },
    });
    t.teardown(() => stage.close());
    const poison = `${fault}:poison`;
    let slowestMs = 0;
    let isUndisturbed = false;
    const askOthers = async (): Promise<void> => {
      const asked = performance.now();
      await Promise.all(
        Array.from({ length: CALLERS }, async (_, caller) => {
          t.is(await stage.lenient.get(`other ${caller}`), `loaded other ${caller}`);
        }),
      );
      slowestMs = Math.max(slowestMs, performance.now() - asked);
    };

    for (let kill = 1; kill <= 2; kill += 1) {
      let replacedMs = 0;
      const { failures, baselineMs, delayMs } = await measureDisturbance(stage, async () => {
        const startedAt = performance.now();
        t.is(await stage.lenient.get(poison), `loaded ${poison}`);
        let isReplaced = false;
        const others = (async () => {
          while (!isReplaced) {
            await askOthers();
            // A plugin that is not there is known without a turn of the loop.
            await sleep(5);
          }
        })();
        await until("another life", () => stage.plugin().lives === kill + 1 && isServing(stage));
        replacedMs = performance.now() - startedAt;
        isReplaced = true;
        await others;
      });
      t.log(
        `kill ${kill}: replaced after ${replacedMs.toFixed()} ms; slowest other key ${slowestMs.toFixed()} ms; ` +
          `p99 of loop delay ${baselineMs.toFixed(1)} ms before, ${delayMs.toFixed(1)} ms during`,
      );
      t.deepEqual(failures, []);
      // The machine may delay the loop as well, but not each time.
      isUndisturbed ||= delayMs <= baselineMs + LOOP_MARGIN_MS;
      t.true(replacedMs <= HANG_MS + REPLACE_MARGIN_MS + CALL_MS, `replaced after ${replacedMs} ms`);
      t.is(stage.plugin().lastFailure?.kind, "hang");
      if (fault === "spin")
        t.deepEqual(stage.plugin().lastFailure?.call, { operation: "get", category: "lenient" });
    }
    t.true(isUndisturbed);
    t.true(slowestMs <= CALL_MS + CALL_MARGIN_MS, `slowest ${slowestMs} ms`);
    await until("its breaker to close", () => stage.plugin().state === "ready");

    const { source, failures: refusals } = await stage.lenient.lookup(poison);
    t.is(source, "loader");
    const [refusal] = refusals;
    if (!isStockpileError(refusal)) return t.fail(String(refusal));
    t.is(refusal.code, "STOCKPILE_PLUGIN_UNAVAILABLE");
    t.true(refusal.message.includes(`"${poison}"`), refusal.message);
    await stage.lenient.set("other", "kept");
    t.like(await stage.lenient.lookup("other"), { source: "backend", value: "kept" });
    t.is(stage.plugin().lives, 3);
    // The two kills are explained and forgotten: another end alone is no quarantine.
    await stage.lenient.get("exit-0:1");
    await until("a fourth life", () => stage.plugin().lives === 4 && isServing(stage));
    t.false(stage.events.some(({ state }) => state === "quarantined"));
  },
});

test.serial(isRefusedAlone, "spin");
test.serial(isRefusedAlone, "spin-later");

function isServing(stage: Stage): boolean {
  return stage.plugin().state === "ready" || stage.plugin().state === "degraded";
}
