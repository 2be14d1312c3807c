/** A plugin that ends itself is named with what it did, and replaced. */
import test from "ava";
import type { ExecutionContext } from "ava";
import type { PluginFailure } from "../../src/host/main.js";
import { measureDisturbance } from "../support/disturbance.js";
import { KINDS } from "../support/kinds.js";
import type { Kind } from "../support/kinds.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { timely } from "../support/timely.js";
import { until } from "../support/until.js";

interface Ending {
  readonly kind: PluginFailure["kind"];
  readonly message: RegExp;
  /** Whether it is in the synchronous part of the call, so that the call is known. */
  readonly isInCall: boolean;
}

/** What each kind has before a plugin has begun is beside the point here, in MB. */
const MEMORY_MB: Readonly<Record<Kind, number>> = { thread: 64, process: 128 };
const MORE_THAN_ITS_CAP = /uses more than its (64|128) MB: \d+ MB/;

const ENDINGS: Readonly<Record<string, Ending>> = {
  "timer-throw": { kind: "crash", message: /^Uncaught: thrown in a timer on purpose$/, isInCall: false },
  "timer-throw-null": { kind: "crash", message: /^Uncaught: .*null/, isInCall: false },
  "timer-throw-undefined": { kind: "crash", message: /^Uncaught: .*undefined/, isInCall: false },
  "timer-throw-function": { kind: "crash", message: /^Uncaught: /, isInCall: false },
  "timer-throw-unreadable": { kind: "crash", message: /^Uncaught: /, isInCall: false },
  unawaited: { kind: "crash", message: /rejected unawaited on purpose/, isInCall: false },
  "exit-0": { kind: "exit", message: /exit code 0$/, isInCall: true },
  "exit-3": { kind: "exit", message: /exit code 3$/, isInCall: true },
  "heap-map": { kind: "memory", message: MORE_THAN_ITS_CAP, isInCall: true },
  "heap-array": { kind: "memory", message: MORE_THAN_ITS_CAP, isInCall: true },
  buffers: { kind: "memory", message: MORE_THAN_ITS_CAP, isInCall: true },
  "heap-async": { kind: "memory", message: MORE_THAN_ITS_CAP, isInCall: false },
};

/** Callers of other keys of the same plugin while it ends. */
const CALLERS = 32;

leavesNothing(test);

const isReplaced = test.macro({
  title: (_given, fault: string, kind: Kind) =>
    `a plugin in a ${kind} that ends by "${fault}" is named and replaced`,
  async exec(t: ExecutionContext, fault: string, isolation: Kind) {
    const { kind, message, isInCall } = ENDINGS[fault]!;
    // A hang must not be what ends a plugin whose memory grows.
    const stage = await Stage.open({ isolation, limits: { memoryMb: MEMORY_MB[isolation], hang: "30s" } });
    t.teardown(() => stage.close());
    let attempt = 0;
    await timely(t, async () => {
      attempt += 1;
      let endedMs = 0;
      const { summary, complaints } = await measureDisturbance(stage, async () => {
        const startedAt = performance.now();
        const others = Array.from({ length: CALLERS }, (_, caller) => stage.lenient.get(`other ${caller}`));
        t.is(await stage.lenient.get(`${fault}:${attempt}`), `loaded ${fault}:${attempt}`);
        t.deepEqual(
          await Promise.all(others),
          others.map((_, caller) => `loaded other ${caller}`),
        );
        await until("another life", () => stage.plugin().lives > attempt && stage.plugin().state === "ready");
        endedMs = performance.now() - startedAt;
      });
      t.log(`replaced after ${endedMs.toFixed()} ms; ${summary}`);
      const { lastFailure } = stage.plugin();
      t.is(lastFailure?.kind, kind);
      t.regex(lastFailure?.message ?? "", message);
      if (isInCall) t.deepEqual(lastFailure?.call, { operation: "get", category: "lenient" });
      await stage.lenient.set("key", "value");
      t.like(await stage.lenient.lookup("key"), { source: "backend", value: "value" });
      return complaints;
    });
  },
});

for (const kind of KINDS) for (const fault of Object.keys(ENDINGS)) test.serial(isReplaced, fault, kind);

test.serial("calls under way when a plugin ends reject at once with what it ended by", async (t) => {
  const stage = await Stage.open({ limits: { call: "10s" } });
  t.teardown(() => stage.close());
  const startedAt = performance.now();
  const error = await t.throwsAsync(
    Promise.all([stage.strict.get("never:1"), stage.strict.get("exit-3:1")]),
    { code: "STOCKPILE_PLUGIN_UNAVAILABLE", name: "PluginUnavailableError" },
  );
  t.regex(error.message, /^Plugin "faulty" ended \(exit\): .*exit code 3, before it answered get$/);
  t.true(performance.now() - startedAt < 2000);
});
