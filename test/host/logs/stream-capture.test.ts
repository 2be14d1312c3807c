import { once } from "node:events";
import { PassThrough } from "node:stream";
import { Worker } from "node:worker_threads";
import test from "ava";
import {
  captureStream,
  MAX_CAPTURED_LINES_PER_SECOND,
  type StreamCapture,
} from "../../../src/host/logs/stream-capture.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Harness {
  readonly stream: PassThrough;
  readonly capture: StreamCapture;
  readonly lines: string[];
  readonly clock: FakeClock;
}

function createHarness(): Harness {
  const stream = new PassThrough();
  const lines: string[] = [];
  const clock = new FakeClock();
  return { stream, capture: captureStream(stream, (line) => lines.push(line), clock), lines, clock };
}

test("captureStream() hands on lines, characters cut in two included", async (t) => {
  const { stream, lines, clock } = createHarness();
  const bytes = Buffer.from("grün\nblau\n");
  stream.write(bytes.subarray(0, 3));
  stream.write(bytes.subarray(3));
  await clock.settle();
  t.deepEqual(lines, ["grün", "blau"]);
});

test("captureStream() hands on the unfinished line when the stream closes", async (t) => {
  const { stream, lines } = createHarness();
  stream.end("last words");
  await once(stream, "close");
  t.deepEqual(lines, ["last words"]);
});

test("captureStream() hands on the unfinished line when it is ended, then reads on in silence", async (t) => {
  const { stream, capture, lines, clock } = createHarness();
  stream.write("begun");
  await clock.settle();
  capture.end();
  capture.end();
  stream.write("x".repeat(1_000_000));
  await clock.settle();
  t.deepEqual(lines, ["begun"]);
  t.is(stream.readableLength, 0);
  t.is(stream.listenerCount("data"), 0);
});

test("captureStream() survives the stream's errors, also after its end", (t) => {
  const { stream, capture } = createHarness();
  t.true(stream.emit("error", new Error("broken")));
  capture.end();
  t.true(stream.emit("error", new Error("broken again")));
});

test("captureStream() survives a write that throws", async (t) => {
  const stream = new PassThrough();
  let calls = 0;
  captureStream(stream, () => {
    calls += 1;
    throw new Error("logger");
  });
  stream.end("a\nb\n");
  await once(stream, "close");
  t.is(calls, 2);
});

test("captureStream() takes the stream off where it was piped to", async (t) => {
  const stream = new PassThrough();
  const former = new PassThrough();
  stream.pipe(former);
  const lines: string[] = [];
  captureStream(stream, (line) => lines.push(line));
  stream.end("a\n");
  await once(stream, "close");
  t.deepEqual(lines, ["a"]);
  t.is(former.read(), null);
});

test("captureStream() keeps to a rate and says how much it has dropped", async (t) => {
  const { stream, capture, lines, clock } = createHarness();
  const count = MAX_CAPTURED_LINES_PER_SECOND + 200;
  stream.write("x\n".repeat(count));
  await clock.advance(1000);
  t.deepEqual(lines.slice(MAX_CAPTURED_LINES_PER_SECOND), [
    "Lines of output dropped: 1",
    "Lines of output dropped: 199",
  ]);
  stream.write("after\n");
  await clock.settle();
  t.is(lines.at(-1), "after");
  capture.end();
  t.is(clock.pending, 0);
});

test("captureStream() reads what a worker writes around the capture within it", async (t) => {
  const source = 'Object.getPrototypeOf(process.stdout).write.call(process.stdout, "around\\n")';
  const worker = new Worker(source, { eval: true });
  const lines: string[] = [];
  captureStream(worker.stdout, (line) => lines.push(line));
  await Promise.all([once(worker, "exit"), once(worker.stdout, "close")]);
  t.deepEqual(lines, ["around"]);
});
