/** Keeps the pulse of this thread: a tick per turn of its timer, its memory, and how busy it was. */
import { performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Pulse } from "../contract/pulse.js";
import { PULSE_TICK_MS } from "../contract/pulse.js";

/** Starts ticking; the function returned stops it. */
export function startPulse(pulse: Pulse): () => void {
  const beat = (): void => {
    pulse.tick();
    const { used_heap_size, external_memory } = getHeapStatistics();
    pulse.recordMemory(used_heap_size, external_memory);
    pulse.busyMs = performance.eventLoopUtilization().active;
  };
  beat();
  const timer = setInterval(beat, PULSE_TICK_MS);
  return () => clearInterval(timer);
}
