import { Worker } from "node:worker_threads";
import type { Plant } from "../faults/plant.js";

const LONG_MS = 1_000_000;

/** Leaves behind what a plant has each cell leave behind. */
export function leaveBehind(plant: Plant | undefined): void {
  if (plant === "timer") setInterval(() => undefined, LONG_MS);
  if (plant === "thread") new Worker(`setInterval(() => undefined, ${LONG_MS})`, { eval: true }).unref();
}
