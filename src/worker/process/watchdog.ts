/**
 * The watchdog: a thread of our own beside the plugin's, which does not stand still when the plugin's does. It tells
 * the host what the pulse says, and what the plugin's thread executes where that stands still, and ends the process when
 * the host is gone, which an orphan that spins would not notice.
 */
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { encodeRecord } from "../../contract/lifeline-record.js";
import { PIPE } from "../../contract/process-pipes.js";
import { PULSE_TICK_MS, Pulse } from "../../contract/pulse.js";
import { answerProfiles } from "./answer-profiles.js";
import { endProcess } from "./end-process.js";
import { LifelineWriter } from "./lifeline-writer.js";
import type { WatchdogData } from "./start-watchdog.js";

/** How long a process whose lifeline was closed on this side may wait for its host to end it, in ms. */
const CLOSED_MS = 2000;

const { pulse: memory, mayInspect } = workerData as WatchdogData; // what start-watchdog.ts hands over
const pulse = new Pulse(memory);

/** Nothing is written by it: a record that finds no room is not queued, the next one says the same. */
const lifeline = new Socket({ fd: PIPE.lifeline, readable: true, writable: false });
for (const event of ["end", "error"]) lifeline.on(event, endProcess);
const writer = new LifelineWriter();
answerProfiles({ lifeline, writer, mayInspect });

function beat(): void {
  try {
    pulse.residentBytes = process.memoryUsage.rss();
  } catch {
    // The process may have no descriptor left to look with: the last figure stands.
  }
  try {
    writer.write(encodeRecord(pulse));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The host has gone and has closed it.
    if (code === "EPIPE" || code === "ECONNRESET") endProcess();
    // The plugin has closed it: the host sees that as well, and says so when it ends this process.
    else setTimeout(endProcess, CLOSED_MS);
  }
}

beat();
setInterval(beat, PULSE_TICK_MS);
// A port of threads has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage("watching");
