import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { LOOP_MARGIN_MS } from "./margins.js";
import type { Stage } from "./stage.js";

/** Callers of the steady plugin at once. */
const CALLERS = 8;
/** Pause of a caller between two calls, in ms: some thousand calls a second in all, and a loop that is not full. */
const PAUSE_MS = 3;
/** Shortest stretch a percentile is taken over, in ms: hundreds of samples at a resolution of 1 ms. */
const STRETCH_MS = 400;
const NANOSECONDS_PER_MS = 1e6;

/** How those beside a fault fared. */
export interface Disturbance {
  /** Calls of the steady plugin. */
  readonly calls: number;
  /** The figures, for people. */
  readonly summary: string;
  /** What came later than it should, which may be the machine's doing. */
  readonly complaints: readonly string[];
}

/**
 * Measures the delay of the host's loop, first at rest, then while `fault` runs.
 * @throws {Error} calls of the steady plugin failed or answered something else: no machine is too slow for that.
 */
export async function measureDisturbance(stage: Stage, fault: () => Promise<void>): Promise<Disturbance> {
  const { steady } = stage;
  for (let caller = 0; caller < CALLERS; caller += 1) await steady.set(`key ${caller}`, `value ${caller}`);
  const failures: string[] = [];
  let calls = 0;
  const load = { isOver: false };
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    while (!load.isOver) {
      const { source, value, failures: reasons } = await steady.lookup(`key ${caller}`);
      calls += 1;
      if (source !== "backend" || value !== `value ${caller}`)
        failures.push(`${source}: ${String(reasons[0])}`);
      await sleep(PAUSE_MS);
    }
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const endLoad = async (): Promise<void> => {
    load.isOver = true;
    delay.disable();
    await Promise.all(callers);
  };
  const p99 = (): number => delay.percentile(99) / NANOSECONDS_PER_MS;
  try {
    await sleep(STRETCH_MS);
    const baselineMs = p99();
    delay.reset();
    await Promise.all([fault(), sleep(STRETCH_MS)]);
    const delayMs = p99();
    const summary =
      `${calls} calls beside it; ` +
      `p99 of loop delay ${baselineMs.toFixed(1)} ms before, ${delayMs.toFixed(1)} ms during`;
    const isDelayed = delayMs > baselineMs + LOOP_MARGIN_MS;
    await endLoad();
    if (failures.length > 0)
      throw new Error(`${failures.length} of ${calls} calls beside the fault failed, as by ${failures[0]}`);
    return { calls, summary, complaints: isDelayed ? [summary] : [] };
  } finally {
    await endLoad();
  }
}
