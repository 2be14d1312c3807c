/** What a process says before it ends by its own doing. */
import { writeSync } from "node:fs";
import { constants } from "node:os";
import { kill } from "node:process";
import { encodeRecord } from "../../contract/lifeline-record.js";
import { PIPE } from "../../contract/process-pipes.js";
import type { EndingMessage } from "../../contract/protocol.js";
import { Phase } from "../../contract/pulse.js";
import type { Pulse } from "../../contract/pulse.js";
import { toWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";

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
 * executing: the record of the watchdog may be a tick old. One that exits says why, and is gone at once.
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
  // Before what the plugin does at its exit, which may take long.
  process.on("exit", () => speak(NO_SIGNAL));
  endAtOnce(pulse, (message) => {
    post(message);
    speak(constants.signals.SIGKILL);
  });
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { abort } = process;
  process.abort = () => {
    speak(NO_SIGNAL);
    return abort.call(process);
  };
  return speak;
}

/** What `process.exit()` calls when all who listen to it have been heard; Node names it, but does not describe it. */
interface Exiting {
  reallyExit(code?: number | string | null): never;
}

/**
 * Has an exit be told of and take effect at once. Node would first finish what is queued for its pool, writes that nobody
 * waits for any more among them, and take itself apart: ten milliseconds in which its successor could serve. So it kills
 * itself, as the host does with one that it has stopped. An error that nobody catches is told of and ends it likewise.
 */
function endAtOnce(pulse: Pulse, tell: (message: EndingMessage) => void): void {
  let uncaught: WireError | undefined;
  const exiting = process as unknown as Exiting;
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { reallyExit } = exiting;
  exiting.reallyExit = (given) => {
    // As Node has it: a number of 32 bits, whatever is given.
    const code = Number(given ?? 0) | 0;
    // That one which was stopped exits is no news.
    if (pulse.phase !== Phase.stop || code !== 0) {
      tell({ type: "ENDING", code, ...(uncaught === undefined ? {} : { error: uncaught }) });
      kill(process.pid, "SIGKILL");
    }
    return reallyExit.call(process, given);
  };
  process.on("uncaughtExceptionMonitor", (error) => {
    const isHandled =
      process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (isHandled) return;
    // Not the error itself: `undefined` can be thrown, too.
    uncaught = toWireError(error);
    // Node would print it besides.
    process.exit(1);
  });
}
