import { setTimeout as sleep } from "node:timers/promises";
import { PATIENCE_MS } from "./margins.js";

/** Time between two looks, in ms: below any margin that is measured with it. */
const POLL_MS = 5;

/**
 * Waits until `look` answers something truthy, and answers that.
 * @param what What is waited for, for the error.
 * @throws {Error} it did not come within `limitMs`.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false,
  limitMs: number = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}
