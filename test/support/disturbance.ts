import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
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
  /** Those that its backend did not answer in time. */
  readonly failures: readonly string[];
  /** 99th percentile of the delay of the host's loop before the fault and during it, in ms. */
  readonly baselineMs: number;
  readonly delayMs: number;
}

/** Measures the steady plugin's calls and the delay of the host's loop, first at rest, then while `fault` runs. */
export async function measureDisturbance(stage: Stage, fault: () => Promise<void>): Promise<Disturbance> {
  const { steady } = stage;
  for (let caller = 0; caller < CALLERS; caller += 1) await steady.set(`key ${caller}`, `value ${caller}`);
  const failures: string[] = [];
  let calls = 0;
  let isOver = false;
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    while (!isOver) {
      const { source, value, failures: reasons } = await steady.lookup(`key ${caller}`);
      calls += 1;
      if (source !== "backend" || value !== `value ${caller}`)
        failures.push(`${source}: ${String(reasons[0])}`);
      await sleep(PAUSE_MS);
    }
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const p99 = (): number => delay.percentile(99) / NANOSECONDS_PER_MS;
  try {
    await sleep(STRETCH_MS);
    const baselineMs = p99();
    delay.reset();
    await Promise.all([fault(), sleep(STRETCH_MS)]);
    return { calls, failures, baselineMs, delayMs: p99() };
  } finally {
    isOver = true;
    delay.disable();
    await Promise.all(callers);
  }
}
