import { setTimeout as sleep } from "node:timers/promises";

/** Whether a promise fulfils within `limitMs`. Leaves no timer behind. Rejects as the promise does. */
export async function settlesWithin(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  const waiting = new AbortController();
  const overdue = sleep(limitMs, false, { signal: waiting.signal });
  overdue.catch(() => undefined); // where it is not needed any more
  try {
    return await Promise.race([promise.then(() => true), overdue]);
  } finally {
    waiting.abort();
  }
}
