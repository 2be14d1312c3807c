import { Worker } from "node:worker_threads";
import type { Pulse } from "../../contract/pulse.js";
import { currentPermission } from "../current-permission.js";
import { endProcess } from "./end-process.js";

/** Enough for a timer and a socket, in MB. */
const HEAP_MB = 16;

/** What the watchdog is started with. */
export interface WatchdogData {
  readonly pulse: SharedArrayBuffer;
  /** Whether it may reach the main thread by the inspector: Node aborts the process where it tries and may not. */
  readonly mayInspect: boolean;
}

/**
 * Starts the watchdog of this process, which ends with it. It keeps nothing alive, and needs nothing of this thread to
 * begin its work: what runs here meanwhile may spin.
 * @param file Where `watchdog.cjs` is.
 * @returns resolves when it watches.
 */
export async function startWatchdog(pulse: Pulse, file: string): Promise<void> {
  const thread = new Worker(file, {
    name: "stockpile watchdog",
    workerData: {
      pulse: pulse.memory,
      mayInspect: currentPermission()?.has("inspector") ?? true,
    } satisfies WatchdogData,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  // Without it an orphan would run for ever.
  thread.on("error", endProcess);
  thread.on("exit", endProcess);
  await new Promise((resolve) => {
    thread.once("message", resolve);
  });
  thread.unref();
}
