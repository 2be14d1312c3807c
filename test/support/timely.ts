import type { ExecutionContext } from "ava";

/** How often a measurement is taken: the machine may be late by itself, but what the runtime does it does each time. */
const ATTEMPTS = 4;

/**
 * Asserts a claim about time: `measure` must have nothing to complain of in one of a few attempts. What does not
 * depend on the machine it asserts by itself, in each.
 */
export async function timely(t: ExecutionContext, measure: () => Promise<readonly string[]>): Promise<void> {
  let complaints: readonly string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
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
