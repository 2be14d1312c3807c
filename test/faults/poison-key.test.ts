/** One key whose call never returns costs that key, not the plugin. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import { measureDisturbance } from "../support/disturbance.js";
import { KINDS } from "../support/kinds.js";
import type { Kind } from "../support/kinds.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { CALL_MARGIN_MS, REPLACE_MARGIN_MS } from "../support/margins.js";
import { Stage } from "../support/stage.js";
import { timely, tooLong } from "../support/timely.js";
import { until } from "../support/until.js";

const CALL_MS = 100;
const HANG_MS = 500;
const CALLERS = 16;

leavesNothing(test);

const isRefusedAlone = test.macro({
  title: (_given, fault: string, kind: Kind) =>
    `a key whose call is a "${fault}" is refused alone after two kills of its ${kind}`,
  async exec(t: ExecutionContext, fault: string, isolation: Kind) {
    await timely(t, async () => {
      const stage = await Stage.open({
        isolation,
        limits: { call: CALL_MS, hang: HANG_MS },
        // One failure that counted too many would be quarantine.
        restart: { burst: 1, window: "60s", backoff: "20ms", maxBackoff: "30s" },
      });
      t.teardown(() => stage.close());
      const poison = `${fault}:poison`;
      const complaints = [...(await kill(t, stage, poison)), ...(await kill(t, stage, poison))];
      if (fault === "spin") {
        t.deepEqual(stage.plugin().lastFailure?.call, { operation: "get", category: "lenient" });
      }
      await until("its breaker to close", () => stage.plugin().state === "ready");

      const { source, failures } = await stage.lenient.lookup(poison);
      t.is(source, "loader");
      t.like(failures[0] ?? {}, { code: "STOCKPILE_PLUGIN_UNAVAILABLE", operation: "get" });
      t.true(failures[0]?.message.includes(`"${poison}"`), failures[0]?.message);
      t.true(await isKept(stage));
      t.is(stage.plugin().lives, 3);
      // The two kills are explained and forgotten: another end alone is no quarantine.
      await stage.lenient.get("exit-0:1");
      await until("a fourth life", () => stage.plugin().lives === 4 && isServing(stage));
      t.false(stage.events.some(({ state }) => state === "quarantined"));
      await stage.close();
      return complaints;
    });
  },
});

for (const kind of KINDS)
  for (const fault of ["spin", "spin-later"]) test.serial(isRefusedAlone, fault, kind);

function isServing(stage: Stage): boolean {
  return stage.plugin().state === "ready" || stage.plugin().state === "degraded";
}

/** Has the key kill the plugin, while others ask for other keys; answers what took too long. */
async function kill(t: ExecutionContext, stage: Stage, poison: string): Promise<readonly string[]> {
  const { lives } = stage.plugin();
  const life = { isReplaced: false };
  let [replacedMs, slowestMs] = [0, 0];
  const askOthers = async (): Promise<void> => {
    while (!life.isReplaced) {
      const askedAt = performance.now();
      const keys = Array.from({ length: CALLERS }, (_, caller) => `other ${caller}`);
      const answers = await Promise.all(keys.map((key) => stage.lenient.get(key)));
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      t.deepEqual(
        answers,
        keys.map((key) => `loaded ${key}`),
      );
      // A plugin that is not there is known without a turn of the loop.
      await sleep(5);
    }
  };
  const { summary, complaints } = await measureDisturbance(stage, async () => {
    const startedAt = performance.now();
    t.is(await stage.lenient.get(poison), `loaded ${poison}`);
    const others = askOthers();
    await until("another life", () => stage.plugin().lives === lives + 1 && isServing(stage));
    replacedMs = performance.now() - startedAt;
    life.isReplaced = true;
    await others;
  });
  t.log(`replaced after ${replacedMs.toFixed()} ms; slowest other key ${slowestMs.toFixed()} ms; ${summary}`);
  t.is(stage.plugin().lastFailure?.kind, "hang");
  return [
    ...complaints,
    ...tooLong("the replacement", replacedMs, HANG_MS + REPLACE_MARGIN_MS[stage.plugin().isolation]),
    ...tooLong("another key", slowestMs, CALL_MS + CALL_MARGIN_MS),
  ];
}

/** Whether the backend takes a value and gives it back; a deadline as short as these is missed now and then. */
async function isKept(stage: Stage): Promise<boolean> {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const isSet = await stage.lenient.set("kept", "value").then(
      () => true,
      () => false,
    );
    const { source, value } = await stage.lenient.lookup("kept");
    if (isSet && source === "backend" && value === "value") return true;
  }
  return false;
}
