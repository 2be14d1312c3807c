/** A thread that logs in the way its `workerData` names, over the port that comes with it. */
import { workerData, type MessagePort } from "node:worker_threads";
import type { LogLine } from "../../../src/contract/protocol.js";
import { startLogs } from "../../../src/worker/logs/start-logs.js";

export type Scenario = "flood" | "block" | "exit" | "throw" | "throwNull" | "reject";

export interface LoggingThreadData {
  readonly port: MessagePort;
  readonly scenario: Scenario;
}

/** What the thread posts: a frame of lines, to be answered by anything, or how many lines it has made. */
export type ThreadMessage =
  | { readonly lines: readonly LogLine[]; readonly dropped: number }
  | { readonly emitted: number };

/** How long the flood lasts, in ms. */
const FLOOD_MS = 1000;

const { port, scenario }: LoggingThreadData = workerData;
const confirmations: (() => void)[] = [];
const logs = startLogs(
  30,
  (lines, dropped) =>
    new Promise<void>((resolve) => {
      confirmations.push(resolve);
      post({ lines, dropped });
    }),
);
port.on("message", () => confirmations.shift()?.());

const scenarios: Readonly<Record<Scenario, () => void>> = {
  flood() {
    flood(performance.now() + FLOOD_MS, 0);
  },

  block() {
    let emitted = 0;
    for (const endsAt = performance.now() + FLOOD_MS; performance.now() < endsAt; emitted += 1) {
      console.log("line %d of a loop that never yields", emitted);
    }
    post({ emitted });
    process.exit();
  },

  exit() {
    logs.logger.warn({ code: 3 }, "from the logger");
    console.log("from the console");
    process.stdout.write("from stdout\nand its unfinished line");
    process.exit(3);
  },

  throw() {
    setImmediate(() => {
      console.log("before");
      throw Object.assign(new RangeError("too far"), { code: "E_FAR", cause: new Error("the cause") });
    });
  },

  throwNull() {
    setImmediate(() => {
      throw null;
    });
  },

  reject() {
    void Promise.reject(new TypeError("nobody waits for me"));
  },
};

scenarios[scenario]();

/** Prints without a pause, letting the loop turn as a busy plugin would. */
function flood(endsAtMs: number, emittedBefore: number): void {
  let emitted = emittedBefore;
  for (let index = 0; index < 2000; index += 1) {
    console.log("line %d", emitted);
    emitted += 1;
  }
  if (performance.now() < endsAtMs) setImmediate(() => flood(endsAtMs, emitted));
  else post({ emitted });
}

function post(message: ThreadMessage): void {
  port.postMessage(message);
}
