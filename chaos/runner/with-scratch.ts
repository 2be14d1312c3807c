import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeDisks } from "../faults/small-disk.js";
import { Offspring } from "./offspring.js";

/** How a run is broken off by hand, or by whoever limits its time. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** How often it is tried to remove a folder in which something was still being written, and the time between, in ms. */
const [REMOVALS, REMOVAL_DELAY_MS] = [10, 50];

/** What a run has that must not outlive it. */
export interface Scratch {
  readonly folder: string;
  readonly offspring: Offspring;
}

/** Runs `use` with a folder and processes that are there for as long, and are gone whatever ends that. */
export async function withScratch<T>(use: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-chaos-"));
  const offspring = new Offspring();
  const remove = (): void => {
    // First: they write into the folder, and mount in it. A thread that is stuck in the kernel keeps a host from ending
    // by itself.
    offspring.end();
    removeDisks(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: REMOVALS, retryDelay: REMOVAL_DELAY_MS });
  };
  const breakOff = (signal: NodeJS.Signals): void => {
    remove();
    process.removeListener(signal, breakOff).kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, breakOff);
  try {
    return await use({ folder, offspring });
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, breakOff);
    remove();
  }
}
