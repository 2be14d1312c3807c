/** What the tests of this suite have go wrong in it, to see that it is found. */
import type { Fault } from "./fault.js";

/**
 * - `lose`: the plugin acknowledges writes that it does not do.
 * - `forget`: in the moment of the fault it removes from the store what callers have written.
 * - `unlink`: the plugin `file` removes the entry a write has failed to replace.
 * - `unsynced`: what the plugin `file` has synced is as good as not.
 * - `nothing`: faults do nothing.
 * - `late`: answers are kept from callers for a while.
 * - `timer`, `thread`: something is left behind by each cell.
 */
export type Plant = "lose" | "forget" | "unlink" | "unsynced" | "nothing" | "late" | "timer" | "thread";

const NOTHING = (): void => undefined;

/** The same fault, which does nothing. */
export function withoutEffect<T extends Fault>(fault: T): T {
  return "inject" in fault
    ? { ...fault, inject: NOTHING }
    : { ...fault, begin: NOTHING, hold: NOTHING, end: NOTHING };
}
