import { Writable } from "node:stream";
import test from "ava";
import { captureWrites, type WriteCapture } from "../../../src/worker/logs/capture-writes.js";

interface Harness {
  readonly stream: Writable;
  readonly capture: WriteCapture;
  readonly lines: string[];
  /** What reached the stream itself. */
  readonly passed: string[];
}

function createHarness(): Harness {
  const lines: string[] = [];
  const passed: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      passed.push(String(chunk));
      done();
    },
  });
  return { stream, capture: captureWrites(stream, (line) => lines.push(line)), lines, passed };
}

/** Writes what the types forbid. */
function writeAny(stream: Writable, ...parameters: unknown[]): void {
  const write: unknown = Reflect.get(stream, "write");
  if (typeof write === "function") Reflect.apply(write, stream, parameters);
}

test("captureWrites() hands on each line instead of the stream", (t) => {
  const { stream, lines, passed } = createHarness();
  t.true(stream.write("a\nb"));
  t.true(stream.write("c\n"));
  t.deepEqual(lines, ["a", "bc"]);
  t.deepEqual(passed, []);
});

test("captureWrites() reads bytes as UTF-8, also when a character is cut in two", (t) => {
  const { stream, lines } = createHarness();
  const bytes = new TextEncoder().encode("grün\n");
  stream.write(bytes.subarray(0, 3));
  stream.write(bytes.subarray(3));
  t.deepEqual(lines, ["grün"]);
});

test("captureWrites() decodes strings of other encodings", (t) => {
  const { stream, lines } = createHarness();
  stream.write("aGkK", "base64");
  stream.write("6869", "hex");
  stream.write("!\n", "utf8");
  t.deepEqual(lines, ["hi", "hi!"]);
});

test("captureWrites() calls back after the call has returned, in either place of the callback", async (t) => {
  const { stream } = createHarness();
  for (const write of [
    (done: () => void): boolean => stream.write("a\n", done),
    (done: () => void): boolean => stream.write("a\n", "utf8", done),
  ]) {
    let isCalled = false;
    const called = new Promise<void>((resolve) => {
      write(() => {
        isCalled = true;
        resolve();
      });
    });
    t.false(isCalled);
    await called;
  }
});

test("captureWrites() refuses what a stream refuses", (t) => {
  const { stream, lines } = createHarness();
  for (const chunk of [null, undefined, 1, {}]) {
    t.throws(() => writeAny(stream, chunk), { instanceOf: TypeError });
  }
  t.throws(() => writeAny(stream, "a\n", "klingon"), {
    instanceOf: TypeError,
    message: 'Cannot write: expected an encoding Node knows: received "klingon"',
  });
  t.deepEqual(lines, []);
});

test("captureWrites() hands on a line that has begun when it is flushed, a cut character included", (t) => {
  const { stream, capture, lines } = createHarness();
  stream.write("prompt> ");
  stream.write(Uint8Array.of(0xc3));
  capture.flush();
  capture.flush();
  t.deepEqual(lines, ["prompt> \ufffd"]);
});

test("captureWrites() gives the stream its own write back", (t) => {
  const { stream, capture, lines, passed } = createHarness();
  capture.restore();
  t.false(Object.hasOwn(stream, "write"));
  stream.write("a\n");
  t.deepEqual([lines, passed], [[], ["a\n"]]);
});

test("captureWrites() gives back a write that another had put there", (t) => {
  const { stream, capture } = createHarness();
  const second = captureWrites(stream, () => t.fail());
  second.restore();
  t.true(Object.hasOwn(stream, "write"));
  capture.restore();
});
