import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeDisks } from "../faults/small-disk.js";

/** How a run is broken off by hand, or by whoever limits its time. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs `use` with a folder that is there for as long, and is removed with what is mounted in it whatever ends that. */
export async function withScratchFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-chaos-"));
  const remove = (): void => {
    removeDisks(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  const breakOff = (signal: NodeJS.Signals): void => {
    remove();
    // Hosts end by themselves once their connection breaks.
    process.removeListener(signal, breakOff).kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, breakOff);
  try {
    return await use(folder);
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, breakOff);
    remove();
  }
}
