/** A backend that fails, one way or another, costs its callers no more than its deadline, and nobody else anything. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { isStockpileError } from "../../src/host/main.js";
import type { StockpileError, StockpileErrorCode } from "../../src/host/main.js";
import { measureDisturbance } from "../support/disturbance.js";
import { KINDS } from "../support/kinds.js";
import type { Kind } from "../support/kinds.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { CALL_MARGIN_MS } from "../support/margins.js";
import { Stage } from "../support/stage.js";
import { timely, tooLong } from "../support/timely.js";

const CALLERS = 32;
const CALL_MS = 100;

interface Fault {
  readonly key: string;
  readonly code: StockpileErrorCode;
  /** What the plugin's own error says, kept as `cause`. */
  readonly cause?: RegExp;
  /** How many of the callers meet the fault; the others ask for other keys. Default: all. */
  readonly faulty?: number;
}

const FAILED = "STOCKPILE_BACKEND_FAILED";
const TIMEOUT = "STOCKPILE_BACKEND_TIMEOUT";

const FAULTS: Readonly<Record<string, Fault>> = {
  throws: { key: "throw", code: FAILED, cause: /^thrown on purpose$/ },
  "throws null": { key: "throw-null", code: FAILED, cause: /^Non-error thrown: null$/ },
  rejects: { key: "reject", code: FAILED, cause: /^rejected on purpose$/ },
  "rejects late": { key: "reject-late", code: FAILED, cause: /^rejected late on purpose$/ },
  "never settles": { key: "never", code: TIMEOUT },
  "returns what cannot be cloned": { key: "uncloneable", code: FAILED, cause: /"value" to be a Uint8Array/ },
  "returns the wrong shape": {
    key: "wrong-shape",
    code: FAILED,
    cause: /"value" to be a Uint8Array: received string/,
  },
  "returns null": { key: "null", code: FAILED, cause: /received null/ },
  "returns a thenable that throws": { key: "evil-then", code: FAILED, cause: /^a getter that throws$/ },
  "returns too much": { key: "too-much", code: FAILED, cause: /expected at most \d+ bytes/ },
  "answers late": { key: "late", code: TIMEOUT },
  "blocks 300 ms": { key: "block-300", code: TIMEOUT, faulty: 1 },
};

leavesNothing(test);

const settlesAll = test.macro({
  title: (_given, name: string, kind: Kind) =>
    `a backend in a ${kind} that ${name}: each of ${CALLERS} callers is answered in time`,
  async exec(t: ExecutionContext, name: string, isolation: Kind) {
    const { key, code, cause, faulty = CALLERS } = FAULTS[name]!;
    const keys = Array.from(
      { length: CALLERS },
      (_, caller) => `${caller < faulty ? key : "plain"}:${caller}`,
    );
    await timely(t, async () => {
      const stage = await Stage.open({ isolation, limits: { call: CALL_MS } });
      t.teardown(() => stage.close());
      let slowestMs = 0;
      const { calls, summary, complaints } = await measureDisturbance(stage, async () => {
        const answers = await Promise.all(keys.map((each) => timed(() => stage.lenient.get(each))));
        t.deepEqual(
          answers.map(({ value }) => value),
          keys.map((each) => `loaded ${each}`),
        );
        slowestMs = Math.max(...answers.map(({ ms }) => ms));
      });
      t.true(calls > 0);
      const strict = keys.slice(0, faulty).map((each) => timed(() => stage.strict.get(each)));
      const failures = await Promise.all(strict);
      const slowestFailureMs = Math.max(...failures.map(({ ms }) => ms));
      t.log(
        `slowest answer ${slowestMs.toFixed()} ms, slowest error ${slowestFailureMs.toFixed()} ms; ${summary}`,
      );
      // A machine that is late makes a timeout of any failure.
      const codes = new Set(
        failures.map(({ error }) => (isStockpileError(error) ? error.code : String(error))),
      );
      for (const { error } of failures) {
        t.true([code, "STOCKPILE_BACKEND_TIMEOUT"].includes((error as StockpileError).code));
        t.like(error, { pluginName: "faulty", backendId: "faulty", operation: "get" });
        if (cause !== undefined && (error as StockpileError).code === code) {
          t.regex(((error as StockpileError).cause as Error).message, cause);
        }
      }
      t.is(stage.plugin().lives, 1);
      await stage.close();
      return [
        ...complaints,
        ...tooLong("an answer", slowestMs, CALL_MS + CALL_MARGIN_MS),
        ...tooLong("an error", slowestFailureMs, CALL_MS + CALL_MARGIN_MS),
        ...(codes.size === 1 && codes.has(code) ? [] : [`errors were ${[...codes].join()}`]),
      ];
    });
  },
});

for (const kind of KINDS) for (const name of Object.keys(FAULTS)) test.serial(settlesAll, name, kind);

interface Timed {
  readonly ms: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

async function timed(call: () => Promise<unknown>): Promise<Timed> {
  const startedAt = performance.now();
  try {
    const value = await call();
    return { ms: performance.now() - startedAt, value };
  } catch (error) {
    return { ms: performance.now() - startedAt, error };
  }
}
