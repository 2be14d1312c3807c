import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { OpenStores } from "@stockpile/plugin-lmdb";
import { silentLogger } from "./silent-logger.js";

/** How a sweep went. */
export interface Sweep {
  readonly seconds: number;
  /** The longest that the thread's event loop stood still meanwhile, in ms. */
  readonly longestStopMs: number;
}

/** How often it is looked whether all is gone, in ms. */
const POLL_MS = 20;

/**
 * Opens a folder of the plugin lmdb in this thread, at a time when all that is in it has expired, and sweeps it.
 * @param laterMs how much later than now that time is.
 */
export async function sweepFolder(folder: string, category: string, laterMs: number): Promise<Sweep> {
  let sweep = (): void => {};
  const backend = await new OpenStores().open(
    { path: folder, durability: "async", maxBytes: undefined, sweepIntervalMs: 1000 },
    {
      logger: silentLogger,
      bootId: undefined,
      clock: {
        now: () => Date.now() + laterMs,
        repeat(task) {
          sweep = task;
          return () => {};
        },
      },
    },
  );
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startedAt = performance.now();
  sweep();
  while (backend.scan({ category, limit: 1 }).cursor !== undefined) await sleep(POLL_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  delay.disable();
  await backend.close();
  return { seconds, longestStopMs: delay.max / 1e6 };
}
