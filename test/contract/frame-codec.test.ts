import { MessageChannel } from "node:worker_threads";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  HEAD_BYTES,
  MIN_ATTACHED_BYTES,
  decodeMessage,
  encodeFrame,
} from "../../src/contract/frame-codec.js";
import { FrameReader } from "../../src/contract/frame-reader.js";

const CAPS = { messageBytes: 1024 * 1024, attachedBytes: 1024 * 1024 };

/** Bytes around the size at which they are attached. */
const bytes = fc
  .tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.oneof(
      fc.nat(64),
      fc.integer({ min: MIN_ATTACHED_BYTES - 2, max: MIN_ATTACHED_BYTES + 2 }),
      fc.nat(20_000),
    ),
  )
  .map(([value, length]) => new Uint8Array(length).fill(value));
const numbers = fc
  .tuple(fc.double(), fc.oneof(fc.nat(8), fc.constantFrom(511, 512, 513)))
  .map(([value, length]) => new Float64Array(length).fill(value));
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }));
const message = fc.record({
  id: text,
  value: fc.array(
    fc.oneof(bytes, numbers, text, fc.double(), fc.constant(undefined), fc.record({ text, bytes })),
  ),
});

/** The frames in one piece of memory. */
function joined(messages: readonly unknown[]): Uint8Array {
  return Buffer.concat(messages.flatMap((each) => encodeFrame(each)));
}

/** Cuts bytes where they are told to be cut. */
function cut(whole: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...at.map((place) => place % (whole.byteLength + 1)), whole.byteLength].toSorted(
    (a, b) => a - b,
  );
  return places.map((place, index) => whole.subarray(places[index - 1] ?? 0, place));
}

testProp(
  "FrameReader hands on what encodeFrame() was given, wherever the pipe cuts it",
  [fc.array(message, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 20 })],
  (t, messages, places) => {
    const read: unknown[] = [];
    const reader = new FrameReader(CAPS, (each) => void read.push(each));
    for (const chunk of cut(joined(messages), places)) {
      const copy = Uint8Array.from(chunk);
      t.is(reader.push(copy), undefined);
      // Whoever gives a chunk uses its memory again.
      copy.fill(255);
    }
    t.deepEqual(read, messages);
  },
);

test("FrameReader takes frames byte by byte", (t) => {
  const messages = [
    { small: 1 },
    { large: new Uint8Array(5000).fill(3), "and small": new Uint8Array(3) },
    "text",
  ];
  const read: unknown[] = [];
  const reader = new FrameReader(CAPS, (each) => void read.push(each));
  for (const byte of joined(messages)) t.is(reader.push(Uint8Array.of(byte)), undefined);
  t.deepEqual(read, messages);
});

test("a value has memory of its own, exactly its size", (t) => {
  const values = [
    new Uint8Array(10),
    new Uint8Array(MIN_ATTACHED_BYTES),
    Buffer.alloc(20_000),
    new Float64Array(3),
  ];
  let read: readonly Uint8Array[] = [];
  const reader = new FrameReader(CAPS, (each) => (read = each as readonly Uint8Array[]));
  reader.push(joined([values]));
  t.deepEqual(
    read.map(({ buffer, byteOffset }) => [buffer.byteLength, byteOffset]),
    values.map(({ byteLength }) => [byteLength, 0]),
  );
  t.is(new Set(read.map(({ buffer }) => buffer)).size, values.length);
});

test("a view crosses without the memory around it", (t) => {
  const whole = Buffer.from("SECRETsmallSECRET".padEnd(100, "SECRET"));
  const frame = joined([{ bytes: whole.subarray(6, 11) }]);
  t.true(Buffer.from(frame).includes("small"));
  t.false(Buffer.from(frame).includes("SECRET"));
});

test("values from the size of a page on are parts of their own, not copied", (t) => {
  const large = new Uint8Array(MIN_ATTACHED_BYTES);
  const parts = encodeFrame({ large, small: new Uint8Array(MIN_ATTACHED_BYTES - 1) });
  t.is(parts.length, 2);
  t.is(parts[1]?.buffer, large.buffer);
});

const UNSENDABLE: Readonly<Record<string, () => unknown>> = {
  "a function": () => () => 1,
  "a symbol": () => Symbol("symbol"),
  "shared memory": () => new SharedArrayBuffer(8),
  "an array of another kind": () => new Int8Array(8),
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "a proxy": () => new Proxy({}, {}),
  "a promise": () => Promise.resolve(),
};

for (const [name, make] of Object.entries(UNSENDABLE)) {
  test(`encodeFrame() throws where a message holds ${name}, and goes on working`, (t) => {
    t.throws(() => encodeFrame({ id: "1", value: [make()] }), { instanceOf: Error });
    t.is(encodeFrame({ id: "1" }).length, 1);
  });
}

test("encodeFrame() throws where a message holds a port, which stays open", async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  t.throws(() => encodeFrame({ port: port2 }), { message: /^Cannot send / });
  const answer = new Promise((resolve) => port1.once("message", resolve));
  port2.postMessage("still open");
  t.is(await answer, "still open");
});

testProp(
  "FrameReader hands on nothing of garbage that is no frame, never throws, and reads no further after a fault",
  [fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.array(fc.nat(), { maxLength: 5 })],
  (t, garbage, places) => {
    // As the message of a frame, so that it gets past the head.
    const head = new Uint8Array(HEAD_BYTES);
    new DataView(head.buffer).setUint32(0, garbage.byteLength, true);
    let fault: string | undefined;
    let isFaulty = false;
    const reader = new FrameReader(CAPS, () => t.false(isFaulty));
    for (const chunk of cut(Buffer.concat([head, garbage, joined(["right"])]), places)) {
      fault = reader.push(chunk);
      isFaulty ||= fault !== undefined;
      if (isFaulty)
        t.true(fault === "a frame cannot be read" || fault === "a frame is empty" || /bytes/.test(fault!));
    }
    t.pass();
  },
);

function framed(
  messageBytes: number,
  attachedBytes: number,
  part: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(messageBytes, 0);
  head.writeUInt32LE(attachedBytes, 4);
  return Buffer.concat([head, part]);
}

const REFUSED: Readonly<Record<string, readonly [frame: Uint8Array, fault: RegExp]>> = {
  "a frame of no bytes": [framed(0, 0), /^a frame is empty$/],
  "a message over its cap": [framed(CAPS.messageBytes + 1, 0), /message of 1048577 bytes: at most 1048576/],
  "a message of 4 GiB": [framed(0xff_ff_ff_ff, 0), /message of 4294967295 bytes/],
  "values over their cap": [framed(1, CAPS.attachedBytes + 1), /1048577 bytes of values: at most 1048576/],
  "values without a message that holds them": [
    framed(encodeFrame(1)[0]!.byteLength - HEAD_BYTES, 5000, encodeFrame(1)[0]!.subarray(HEAD_BYTES)),
    /^a frame cannot be read$/,
  ],
};

for (const [name, [frame, fault]] of Object.entries(REFUSED)) {
  test(`FrameReader refuses ${name} before there is memory for it`, (t) => {
    const before = process.memoryUsage().arrayBuffers;
    const reader = new FrameReader(CAPS, () => t.fail());
    t.regex(reader.push(frame) ?? "", fault);
    t.true(process.memoryUsage().arrayBuffers - before < CAPS.messageBytes);
  });
}

test("decodeMessage() refuses a message that claims more, or smaller, attachments than its frame has", (t) => {
  const [part] = encodeFrame({ large: new Uint8Array(10_000) });
  const inner = part!.subarray(HEAD_BYTES);
  t.throws(() => decodeMessage(inner, 9999));
  t.throws(() => decodeMessage(inner, 10_001));
  t.is(decodeMessage(inner, 10_000).attachments.length, 1);
});
