import { systemClock } from "../clock.js";
import type { Cancel } from "../clock.js";

/** Whether `promise`, which never rejects, settles within `limitMs`. */
export async function settlesWithin(promise: Promise<void>, limitMs: number): Promise<boolean> {
  let cancel: Cancel | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    cancel = systemClock.schedule(() => resolve(false), Math.max(0, limitMs));
  });
  const isSettled = await Promise.race([promise.then(() => true), timeout]);
  cancel?.();
  return isSettled;
}
