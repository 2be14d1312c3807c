import type { Isolation } from "../config/config.js";

/**
 * How many threads and processes could not be ended and are still there. The host cannot exit by itself while it has
 * such a thread; such a process does not hold it up.
 */
export type Abandoned = Readonly<Record<Isolation, number>>;

export const NONE_ABANDONED: Abandoned = { thread: 0, process: 0 };

export function addAbandoned(left: Abandoned, right: Abandoned): Abandoned {
  return { thread: left.thread + right.thread, process: left.process + right.process };
}
