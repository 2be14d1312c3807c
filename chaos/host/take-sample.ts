import type { Bystanders } from "./bystanders.js";
import { countResources } from "./resources.js";

/** What a host takes at one time: what may not grow for ever. */
export interface Sample {
  readonly rssMb: number;
  readonly heapMb: number;
  /** Array buffers and the like. */
  readonly externalMb: number;
  readonly threads: number;
  readonly children: number;
  readonly descriptors: number;
  /** What keeps the process alive: ports, sockets, timers. */
  readonly handles: number;
  readonly timers: number;
}

const MB = 1024 * 1024;

/** Measures when nothing is under way, after a collection where Node was started with `--expose-gc`. */
export async function takeSample(bystanders: Bystanders): Promise<Sample> {
  await bystanders.pause();
  // Twice: what finalizers let go is collected by the second.
  for (let count = 0; count < 2; count += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const { handles, ...counts } = countResources();
  const { Timeout: timers = 0 } = handles;
  bystanders.resume();
  return {
    rssMb: rss / MB,
    heapMb: heapUsed / MB,
    externalMb: external / MB,
    ...counts,
    handles: Object.values(handles).reduce((sum, count) => sum + count, 0) - timers,
    timers,
  };
}
