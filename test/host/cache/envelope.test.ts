import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  decodeEnvelope,
  encodeEnvelope,
  type EnvelopeHeader,
  MAX_ENVELOPE_HEADER_BYTES,
  MAX_TIME_MS,
} from "../../../src/host/cache/envelope.js";

const HEADER: EnvelopeHeader = {
  codecName: "json",
  writeVersion: 7,
  storedAt: 1000,
  freshUntil: 2000,
  graceUntil: 3000,
};
const PAYLOAD = new Uint8Array([1, 2, 3]);

const headers: fc.Arbitrary<EnvelopeHeader> = fc
  .record({
    codecName: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
    writeVersion: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    times: fc.array(fc.double({ min: 0, max: MAX_TIME_MS, noNaN: true }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ codecName, writeVersion, times }) => {
    const [storedAt = 0, freshUntil = 0, graceUntil = 0] = times.toSorted((a, b) => a - b);
    // -0 would come back as 0.
    return {
      codecName,
      writeVersion,
      storedAt: storedAt + 0,
      freshUntil: freshUntil + 0,
      graceUntil: graceUntil + 0,
    };
  });
const names = fc.string({ minLength: 1, maxLength: 40 });

testProp(
  "decodeEnvelope() brings back what encodeEnvelope() wrapped",
  [fc.tuple(names, names), headers, fc.uint8Array({ maxLength: 100 })],
  (t, [category, key], header, payload) => {
    const bytes = encodeEnvelope(category, key, header, payload);
    t.deepEqual(decodeEnvelope(bytes, category, key), { ...header, payload });
    t.is(bytes.buffer.byteLength, bytes.byteLength);
    t.true(bytes.byteLength <= payload.byteLength + MAX_ENVELOPE_HEADER_BYTES);
  },
);

test("encodeEnvelope() copies the value", (t) => {
  const payload = new Uint8Array(PAYLOAD);
  const bytes = encodeEnvelope("player", "a", HEADER, payload);
  payload.fill(9);
  t.deepEqual(decodeEnvelope(bytes, "player", "a")?.payload, PAYLOAD);
});

test("decodeEnvelope() reads a view into a larger buffer", (t) => {
  const bytes = encodeEnvelope("player", "a", HEADER, PAYLOAD);
  const larger = new Uint8Array(bytes.byteLength + 10);
  larger.set(bytes, 3);
  const view = larger.subarray(3, 3 + bytes.byteLength);
  t.deepEqual(decodeEnvelope(view, "player", "a"), { ...HEADER, payload: PAYLOAD });
});

testProp(
  "decodeEnvelope() refuses another key or category",
  [fc.tuple(names, names), fc.tuple(names, names)],
  (t, [category, key], [otherCategory, otherKey]) => {
    fc.pre(category !== otherCategory || key !== otherKey);
    const bytes = encodeEnvelope(category, key, HEADER, PAYLOAD);
    t.is(decodeEnvelope(bytes, otherCategory, otherKey), undefined);
  },
);

testProp(
  "decodeEnvelope() refuses any bytes that are no envelope",
  [fc.uint8Array({ maxLength: 200 })],
  (t, bytes) => {
    t.is(decodeEnvelope(bytes, "player", "a"), undefined);
  },
);

testProp(
  "decodeEnvelope() refuses a part of an envelope, and one with bytes to spare",
  [fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat()],
  (t, payload, spare, cut) => {
    const bytes = encodeEnvelope("player", "a", HEADER, payload);
    t.is(decodeEnvelope(bytes.subarray(0, cut % bytes.byteLength), "player", "a"), undefined);
    t.is(decodeEnvelope(new Uint8Array([...bytes, ...spare]), "player", "a"), undefined);
  },
);

testProp(
  "decodeEnvelope() never throws on flipped bits, and answers plausible headers only",
  [headers, fc.array(fc.nat(), { minLength: 1, maxLength: 4 })],
  (t, header, flips) => {
    const bytes = encodeEnvelope("player", "a", header, PAYLOAD);
    for (const flip of flips) {
      const bit = flip % (bytes.byteLength * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    }
    const envelope = decodeEnvelope(bytes, "player", "a");
    if (envelope === undefined) {
      t.pass();
      return;
    }
    const { writeVersion, storedAt, freshUntil, graceUntil } = envelope;
    t.true(Number.isSafeInteger(writeVersion) && writeVersion >= 1);
    t.true(0 <= storedAt && storedAt <= freshUntil && freshUntil <= graceUntil && graceUntil <= MAX_TIME_MS);
  },
);

const IMPLAUSIBLE: readonly (readonly [string, Partial<EnvelopeHeader>])[] = [
  ["a time that is not a number", { storedAt: Number.NaN }],
  ["a time without end", { graceUntil: Infinity }],
  ["a time before the epoch", { storedAt: -1 }],
  ["a time beyond all dates", { freshUntil: MAX_TIME_MS * 2, graceUntil: MAX_TIME_MS * 2 }],
  ["freshness that ends before it began", { storedAt: 2001 }],
  ["grace that ends before freshness", { graceUntil: 1999 }],
  ["write version 0", { writeVersion: 0 }],
  ["a write version with a fraction", { writeVersion: 1.5 }],
  ["a write version that is not safe", { writeVersion: 2 ** 53 }],
  ["an empty codec name", { codecName: "" }],
  ["a codec name that is too long", { codecName: "a".repeat(33) }],
];
for (const [what, header] of IMPLAUSIBLE) {
  test(`decodeEnvelope() refuses ${what}`, (t) => {
    const bytes = encodeEnvelope("player", "a", { ...HEADER, ...header }, PAYLOAD);
    t.is(decodeEnvelope(bytes, "player", "a"), undefined);
  });
}

const FOREIGN: readonly (readonly [string, number, number])[] = [
  ["another magic", 0, 0x51],
  ["a later format version", 2, 2],
  ["flags of another format", 3, 1],
];
for (const [what, at, byte] of FOREIGN) {
  test(`decodeEnvelope() refuses ${what}`, (t) => {
    const bytes = encodeEnvelope("player", "a", HEADER, PAYLOAD);
    t.not(bytes[at], byte);
    bytes[at] = byte;
    t.is(decodeEnvelope(bytes, "player", "a"), undefined);
  });
}

test("encodeEnvelope() writes the bytes that the format says", (t) => {
  const bytes = encodeEnvelope("player", "a", HEADER, PAYLOAD);
  t.is(
    Buffer.from(bytes).toString("hex"),
    [
      "5350",
      "01",
      "00",
      "911c44709aef1576",
      "0000000000001c40",
      "0000000000408f40",
      "0000000000409f40",
      "000000000070a740",
      "03000000",
      "04",
      "6a736f6e",
      "010203",
    ].join(""),
  );
});
