import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";

/** How often a time is taken at most: the machine may be late by itself, but what the runtime does it does each time. */
const ATTEMPTS = 5;
/** Before it is taken once more, in ms: what else the machine does may be over by then. */
const PAUSE_MS = 1000;

/**
 * Asserts a claim about time: one of a few attempts must be in time.
 * @param measure Answers what was late, and nothing else: whatever the machine's speed cannot explain, as a call that
 *   failed, it asserts or throws by itself, which no further attempt makes good.
 */
export async function timely(t: ExecutionContext, measure: () => Promise<readonly string[]>): Promise<void> {
  let complaints: readonly string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1) await sleep(PAUSE_MS);
    complaints = await measure();
    if (complaints.length === 0) break;
    t.log(`attempt ${attempt}: ${complaints.join("; ")}`);
  }
  t.deepEqual(complaints, []);
}

/** A complaint where something took longer than it may. */
export function tooLong(what: string, ms: number, limitMs: number): string[] {
  return ms <= limitMs ? [] : [`${what} took ${ms.toFixed()} ms of ${limitMs}`];
}
