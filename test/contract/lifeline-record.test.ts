import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { RECORD_BYTES, encodeRecord, signalOf, takeRecord } from "../../src/contract/lifeline-record.js";
import { Phase, Pulse } from "../../src/contract/pulse.js";

const MAX_WORD = 0x7f_ff_ff_ff;

function figures({
  ticks,
  executing,
  received,
  phase,
  heapBytes,
  externalBytes,
  residentBytes,
  busyMs,
}: Pulse): object {
  return { ticks, executing, received, phase, heapBytes, externalBytes, residentBytes, busyMs };
}

testProp(
  "takeRecord() makes of the host's pulse what the process's says",
  [fc.tuple(fc.nat(MAX_WORD), fc.nat(MAX_WORD)), fc.constantFrom(...Object.values(Phase)), fc.maxSafeNat()],
  (t, [ticks, executing], phase, bytes) => {
    const own = new Pulse();
    Object.assign(own, {
      ticks,
      executing,
      received: executing,
      phase,
      residentBytes: bytes,
      busyMs: bytes / 3,
    });
    own.recordMemory(bytes, bytes / 2);
    const record = encodeRecord(own);
    t.is(record.byteLength, RECORD_BYTES);
    const host = new Pulse();
    t.true(takeRecord(record, host));
    t.deepEqual(figures(host), figures(own));
    t.is(signalOf(record), 0);
  },
);

test("signalOf() answers the signal that the process is about to send itself, and leaves its pulse as it is", (t) => {
  const record = encodeRecord(new Pulse(), 9);
  const host = new Pulse();
  t.true(takeRecord(record, host));
  t.is(signalOf(record), 9);
  t.deepEqual(figures(host), figures(new Pulse()));
});

testProp(
  "takeRecord() takes nothing of bytes that are no record",
  [fc.uint8Array({ minLength: RECORD_BYTES, maxLength: RECORD_BYTES })],
  (t, garbage) => {
    const host = new Pulse();
    t.false(takeRecord(garbage, host));
    t.deepEqual(figures(host), figures(new Pulse()));
  },
);

/** Writes one number into a record, at a byte. */
const SPOILT: Readonly<Record<string, (view: DataView) => void>> = {
  "another mark": (view) => view.setInt32(0, 0),
  "a negative number of a call": (view) => view.setInt32(8, -1, true),
  "a phase there is none of": (view) => view.setInt32(16, 5, true),
  "a signal there is none of": (view) => view.setInt32(20, 129, true),
  "memory that is no number": (view) => view.setFloat64(24, NaN, true),
  "memory without end": (view) => view.setFloat64(40, Infinity, true),
  "memory below nothing": (view) => view.setFloat64(32, -1, true),
};

for (const [name, spoil] of Object.entries(SPOILT)) {
  test(`takeRecord() refuses a record with ${name}`, (t) => {
    const record = encodeRecord(new Pulse());
    spoil(new DataView(record.buffer));
    t.false(takeRecord(record, new Pulse()));
  });
}

test("takeRecord() reads a record wherever it lies", (t) => {
  const own = new Pulse();
  own.ticks = 7;
  const shifted = new Uint8Array(RECORD_BYTES + 3);
  shifted.set(encodeRecord(own), 3);
  const host = new Pulse();
  t.true(takeRecord(shifted.subarray(3), host));
  t.is(host.ticks, 7);
});
