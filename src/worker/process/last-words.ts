/** What a process says before it ends by its own doing. */
import { writeSync } from "node:fs";
import { encodeRecord } from "../../contract/lifeline-record.js";
import { PIPE } from "../../contract/process-pipes.js";
import type { UncaughtMessage } from "../../contract/protocol.js";
import type { Pulse } from "../../contract/pulse.js";
import { toWireError } from "../../contract/wire-error.js";

const NO_SIGNAL = 0;

/**
 * Tells the host, before `process.exit`, `process.abort` and the like take effect, which call is executing: the record
 * of the watchdog may be a tick old.
 * @param flush Sends what is logged but not sent.
 * @returns does so now, before the process sends itself the signal of that number.
 */
export function sayLastWords(pulse: Pulse, flush: () => void): (signal: number) => void {
  const speak = (signal: number): void => {
    flush();
    try {
      writeSync(PIPE.lifeline, encodeRecord(pulse, signal));
    } catch {
      // The host is gone or busy: then it has only what the watchdog last said.
    }
  };
  process.on("exit", () => speak(NO_SIGNAL));
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { abort } = process;
  process.abort = () => {
    speak(NO_SIGNAL);
    return abort.call(process);
  };
  return speak;
}

/** Tells the host the error that ends this process, and ends it; Node would print it besides. */
export function reportUncaught(post: (message: UncaughtMessage) => void): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    const isHandled =
      process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (isHandled) return;
    post({ type: "UNCAUGHT", error: toWireError(error) });
    process.exit(1);
  });
}
