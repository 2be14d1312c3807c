import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const SETTLE_MS = 50;

/** What this thread holds after all garbage is gone, in bytes. */
export async function heldBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  // What lies beside the heap is given back in turns of its own.
  await setTimeout(SETTLE_MS);
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
