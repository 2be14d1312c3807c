/** How much later than promised things may come in tests: on real threads, on a machine that does other work too. */

/** After a call's deadline, in ms: two sweeps of 10 ms, and what a loaded machine adds. The promise made to callers. */
export const CALL_MARGIN_MS = 50;
/**
 * After `limits.hang` until a life has been replaced, in ms: looks are 50 ms apart, a thread boots in about 60, a process
 * in twice that, and a loop that stands still is looked into.
 */
export const REPLACE_MARGIN_MS: Readonly<Record<"thread" | "process", number>> = {
  thread: 500,
  process: 800,
};
/** What the host's loop may be delayed beyond its baseline at the 99th percentile, in ms. */
export const LOOP_MARGIN_MS = 20;
/** Longest wait for what must come but is promised no time, in ms: only a test that fails waits so long. */
export const PATIENCE_MS = 15_000;
