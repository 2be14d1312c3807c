/** What a process says before it ends by its own doing. */
import { writeSync } from "node:fs";
import { encodeRecord } from "../../contract/lifeline-record.js";
import { PIPE } from "../../contract/process-pipes.js";
import type { EndingMessage } from "../../contract/protocol.js";
import { Phase } from "../../contract/pulse.js";
import type { Pulse } from "../../contract/pulse.js";
import { toWireError } from "../../contract/wire-error.js";

const NO_SIGNAL = 0;

export interface LastWordsOptions {
  readonly pulse: Pulse;
  /** Sends what is logged but not sent. */
  readonly flush: () => void;
  /** Sends a message; it is with the host when this returns. */
  readonly post: (message: EndingMessage) => void;
}

/**
 * Tells the host, before `process.exit`, `process.abort`, an uncaught error and the like take effect, which call is
 * executing: the record of the watchdog may be a tick old. One that exits says so besides: until it is gone takes many
 * milliseconds more, which nobody needs to wait for.
 * @returns does so now, before the process sends itself the signal of that number.
 */
export function sayLastWords({ pulse, flush, post }: LastWordsOptions): (signal: number) => void {
  const speak = (signal: number): void => {
    flush();
    try {
      writeSync(PIPE.lifeline, encodeRecord(pulse, signal));
    } catch {
      // The host is gone or busy: then it has only what the watchdog last said.
    }
  };
  let hasTold = false;
  const tell = (message: EndingMessage): void => {
    if (hasTold) return;
    hasTold = true;
    // The record first: whoever reads the message has it.
    speak(NO_SIGNAL);
    // That one which was stopped exits is no news.
    if (pulse.phase !== Phase.stop) post(message);
  };
  process.on("exit", (code) => tell({ type: "ENDING", code }));
  endOnUncaught((error) => tell({ type: "ENDING", code: 1, error: toWireError(error) }));
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { abort } = process;
  process.abort = () => {
    speak(NO_SIGNAL);
    return abort.call(process);
  };
  return speak;
}

/** Ends this process on an error that nobody catches, once it is told of; Node would print it besides. */
function endOnUncaught(tell: (error: Error) => void): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    const isHandled =
      process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (isHandled) return;
    tell(error);
    process.exit(1);
  });
}
