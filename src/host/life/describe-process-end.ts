/** Makes sense of how a process ended. */
import type { EndingMessage } from "../../contract/protocol.js";
import { fromWireError } from "../../contract/wire-error.js";
import { describeUncaught } from "./describe-uncaught.js";
import type { LifeEnd } from "./life.js";

/** All that is known of it. */
export interface ProcessEnd {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it has said that it ran out of memory. */
  readonly isOutOfMemory: boolean;
  /** Whether it has said that it would send itself that signal. */
  readonly isOwnSignal: boolean;
}

/** How V8 ends its process: by a signal that depends on processor and build, and on Windows, which has none, by a code. */
const ABORTS: ReadonlySet<string | number | null> = new Set(["SIGABRT", "SIGTRAP", "SIGILL", 134]);

export function describeProcessEnd({ code, signal, isOutOfMemory, isOwnSignal }: ProcessEnd): LifeEnd {
  if (isOutOfMemory && ABORTS.has(signal ?? code)) {
    return {
      kind: "memory",
      message: "The plugin reached the hard heap limit of its process",
      isAbrupt: true,
    };
  }
  if (isOwnSignal) {
    return { kind: "crash", message: `The plugin's process sent itself ${signal}`, isAbrupt: true };
  }
  if (signal === "SIGKILL") {
    // It accuses no call: the system sends it to whom it likes.
    const message =
      "The plugin's process was killed by SIGKILL: by the system, as where memory is short, or by somebody";
    return { kind: "crash", message };
  }
  if (signal !== null) {
    return { kind: "crash", message: `The plugin's process was ended by ${signal}`, isAbrupt: true };
  }
  return describeExit(code);
}

/** The same where the process has said itself why. */
export function describeEnding({ code, error }: EndingMessage): LifeEnd {
  return error === undefined ? describeExit(code) : describeUncaught(error, fromWireError(error));
}

function describeExit(code: number | null): LifeEnd {
  return { kind: "exit", message: `The plugin ended its process with exit code ${code}` };
}
