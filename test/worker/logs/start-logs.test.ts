import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import test from "ava";
import type { LogLine } from "../../../src/contract/protocol.js";
import { BURST_LINES, LINES_PER_SECOND, MAX_WAITING_LINES } from "../../../src/worker/logs/log-outbox.js";
import type { LoggingThreadData, Scenario, ThreadMessage } from "./logging-thread.js";

/** All that a thread has sent. */
interface Report {
  readonly lines: LogLine[];
  readonly largestFrame: number;
  /** The most frames that were waiting for their answer at once. */
  readonly mostUnderWay: number;
  readonly dropped: number;
  readonly emitted: number | undefined;
  /** What went around the capture, to the thread's real standard streams. */
  readonly output: string;
  readonly error: unknown;
}

/**
 * Runs a scenario until its thread ends, or until every line it has made is accounted for.
 * Each frame is answered in the turn after the one it arrived in.
 */
async function run(scenario: Scenario): Promise<Report> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("logging-thread.js", import.meta.url), {
    workerData: { port: port2, scenario } satisfies LoggingThreadData,
    transferList: [port2],
    stdout: true,
    stderr: true,
  });
  const lines: LogLine[] = [];
  let largestFrame = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  let dropped = 0;
  let emitted: number | undefined;
  let output = "";
  let error: unknown;

  worker.stdout.on("data", (chunk) => (output += String(chunk)));
  worker.stderr.on("data", (chunk) => (output += String(chunk)));
  worker.on("error", (thrown: unknown) => (error = thrown));
  const gone = new Promise((resolve) => {
    worker.once("exit", resolve);
  });
  // The port closes once all that the thread posted before its end has arrived, before or after that is noticed.
  const ended = Promise.all([gone, once(port1, "close")]);
  port1.on("message", (message: ThreadMessage) => {
    if ("emitted" in message) {
      emitted = message.emitted;
    } else {
      lines.push(...message.lines);
      largestFrame = Math.max(largestFrame, message.lines.length);
      dropped += message.dropped;
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      setImmediate(() => {
        underWay -= 1;
        port1.postMessage("taken");
      });
    }
    if (lines.length + dropped === emitted) void worker.terminate();
  });
  await ended;
  return { lines, largestFrame, mostUnderWay, dropped, emitted, output, error };
}

function read(lines: readonly LogLine[]): unknown[] {
  return lines.map(({ level, message, fields = "{}" }) => [level, message, JSON.parse(fields)]);
}

test("startLogs() keeps a flood of the console within its bounds and loses count of no line", async (t) => {
  const startedAt = performance.now();
  const { lines, largestFrame, mostUnderWay, dropped, emitted = 0, output } = await run("flood");
  const seconds = (performance.now() - startedAt) / 1000;
  t.is(mostUnderWay, 1);
  t.is(lines.length + dropped, emitted);
  t.true(emitted > 10 * lines.length, `${emitted} emitted, ${lines.length} delivered`);
  t.true(largestFrame <= MAX_WAITING_LINES);
  t.true(lines.length >= 0.9 * BURST_LINES - 1);
  t.true(lines.length <= BURST_LINES + LINES_PER_SECOND * seconds);
  t.is(output, "");
});

test("startLogs() keeps a loop that never yields within its bounds and loses count of no line", async (t) => {
  const { lines, dropped, emitted = 0, output } = await run("block");
  t.is(lines.length + dropped, emitted);
  t.true(emitted > 10 * lines.length, `${emitted} emitted, ${lines.length} delivered`);
  t.true(lines.length > 0 && lines.length <= MAX_WAITING_LINES);
  t.is(lines[0]?.message, "line 0 of a loop that never yields");
  t.is(output, "");
});

test("startLogs() sends all that was said before process.exit()", async (t) => {
  const { lines, dropped, output } = await run("exit");
  t.deepEqual(read(lines), [
    [40, "from the logger", { code: 3 }],
    [30, "from the console", { stream: "console" }],
    [30, "from stdout", { stream: "stdout" }],
    [30, "and its unfinished line", { stream: "stdout" }],
  ]);
  t.is(dropped, 0);
  t.is(output, "");
});

test("startLogs() sends an exception nobody catches, whole, and lets the thread end by it", async (t) => {
  const { lines, error } = await run("throw");
  const [before, fatal] = lines;
  t.is(before?.message, "before");
  t.is(fatal?.level, 60);
  t.is(fatal?.message, "Uncaught exception");
  const { err } = JSON.parse(fatal?.fields ?? "{}");
  t.like(err, { type: "RangeError", message: "too far", code: "E_FAR", cause: { message: "the cause" } });
  t.regex(err.stack, /logging-thread/);
  t.true(error instanceof RangeError);
});

test("startLogs() sends an exception that is no error", async (t) => {
  const { lines, error } = await run("throwNull");
  t.deepEqual(read(lines), [[60, "Uncaught exception", { err: null }]]);
  t.is(error, null);
});

test("startLogs() sends a rejection nobody handles", async (t) => {
  const { lines } = await run("reject");
  t.is(lines[0]?.level, 60);
  t.is(lines[0]?.message, "Unhandled rejection");
  t.like(JSON.parse(lines[0]?.fields ?? "{}").err, { type: "TypeError", message: "nobody waits for me" });
});
