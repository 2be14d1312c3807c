/**
 * The watchdog: a thread of our own beside the plugin's, which does not stand still when the plugin's does. It tells
 * the host what the pulse says, and ends the process when the host is gone, which an orphan that spins would not notice.
 */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { encodeRecord } from "../../contract/lifeline-record.js";
import { PIPE } from "../../contract/process-pipes.js";
import { PULSE_TICK_MS, Pulse } from "../../contract/pulse.js";
import { endProcess } from "./end-process.js";

/** How long a process whose lifeline was closed on this side may wait for its host to end it, in ms. */
const CLOSED_MS = 2000;

const pulse = new Pulse(workerData as SharedArrayBuffer); // what start-watchdog.ts hands over

/** Nothing is written by it: a record that finds no room is not queued, the next one says the same. */
const lifeline = new Socket({ fd: PIPE.lifeline, readable: true, writable: false });
for (const event of ["end", "error"]) lifeline.on(event, endProcess);
lifeline.resume();

function beat(): void {
  try {
    pulse.residentBytes = process.memoryUsage.rss();
  } catch {
    // The process may have no descriptor left to look with: the last figure stands.
  }
  try {
    writeSync(PIPE.lifeline, encodeRecord(pulse));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A host that is busy leaves the pipe full; one that has gone has closed it.
    if (code === "EPIPE" || code === "ECONNRESET") endProcess();
    // The plugin has closed it: the host sees that as well, and says so when it ends this process.
    else if (code !== "EAGAIN") setTimeout(endProcess, CLOSED_MS);
  }
}

beat();
setInterval(beat, PULSE_TICK_MS);
// A port of threads has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage("watching");
