import { isStockpileError } from "@stockpile/core";
import type { Observation, SlowCall } from "./observation.js";
import type { StallWatch } from "./stall-watch.js";

/** What a call may take beyond its limit before it is worth a line, in ms: the judge allows more. */
const WORTH_NOTING_MS = 20;
/** Calls kept that took too long. */
const MAX_SLOW = 100;
const SYSTEM_CODE = /^E[A-Z]+$/;

/** Makes calls and keeps how they ended and how long they took. */
export class CallLog {
  readonly outcomes: Record<string, number> = {};
  readonly wrong: string[] = [];
  readonly slow: SlowCall[] = [];
  /** How many calls failed for a reason of the system's, by its code, as in `ENOSPC`. */
  readonly causes: Record<string, number> = {};
  made = 0;
  readonly #underWay = new Map<number, string>();
  readonly #stalls: StallWatch;
  /** Has answers come late: for the tests of this suite. */
  readonly #delayMs: number;

  constructor(stalls: StallWatch, delayMs: number = 0) {
    this.#stalls = stalls;
    this.#delayMs = delayMs;
  }

  /** What has not settled. */
  get unsettled(): readonly string[] {
    return [...this.#underWay.values()];
  }

  /** Makes a call, waits for it, and answers how it ended: a code, or `answered`. Never rejects. */
  async make(operation: string, limitMs: number, call: () => Promise<void>): Promise<string> {
    this.made += 1;
    const number = this.made;
    const startedAt = performance.now();
    this.#underWay.set(number, operation);
    const { outcome, cause } = await outcomeOf(call);
    if (cause !== undefined) this.causes[cause] = (this.causes[cause] ?? 0) + 1;
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    this.#underWay.delete(number);
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    const ms = performance.now() - startedAt;
    if (ms > limitMs + WORTH_NOTING_MS && this.slow.length < MAX_SLOW) {
      this.slow.push({ operation, ms, limitMs, stalledMs: this.#stalls.stalledMsSince(startedAt) });
    }
    return outcome;
  }

  report(): Observation["calls"] {
    const { made, outcomes, slow, unsettled, wrong } = this;
    return { made, outcomes, slow, unsettled, wrong: wrong.slice(0, MAX_SLOW) };
  }
}

async function outcomeOf(
  call: () => Promise<void>,
): Promise<{ outcome: string; cause?: string | undefined }> {
  try {
    await call();
    return { outcome: "answered" };
  } catch (error) {
    return { outcome: isStockpileError(error) ? error.code : String(error), cause: systemCodeOf(error) };
  }
}

/** The system's code of an error or of what caused it; `undefined` where there is none. */
function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && SYSTEM_CODE.test(code) ? code : systemCodeOf(error.cause);
}
