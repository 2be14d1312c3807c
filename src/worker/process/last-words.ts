/** What a process says before it ends by its own doing. */
import { writeSync } from "node:fs";
import { encodeRecord } from "../../contract/lifeline-record.js";
import { PIPE } from "../../contract/process-pipes.js";
import type { UncaughtMessage } from "../../contract/protocol.js";
import type { Pulse } from "../../contract/pulse.js";
import { toWireError } from "../../contract/wire-error.js";

/**
 * Tells the host, before `process.exit`, `process.abort` and the like take effect, which call is executing: the record
 * of the watchdog may be a tick old.
 * @param flush Sends what is logged but not sent.
 * @returns does so now.
 */
export function sayLastWords(pulse: Pulse, flush: () => void): () => void {
  const speak = (): void => {
    flush();
    try {
      writeSync(PIPE.lifeline, encodeRecord(pulse));
    } catch {
      // The host is gone or busy: then it has only what the watchdog last said.
    }
  };
  process.on("exit", speak);
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { abort } = process;
  process.abort = () => {
    speak();
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
