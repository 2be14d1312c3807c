/// <reference lib="es2024.arraybuffer" />
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  CALL,
  CALL_COLUMNS,
  Operation,
  RESULT,
  RESULT_COLUMNS,
  ValuePacker,
  operationName,
  packEntry,
  packKeys,
  unpackKeys,
} from "../../src/contract/call-frames.js";
import type { OperationName } from "../../src/contract/call-frames.js";

test("operationName() is the inverse of Operation", (t) => {
  const names = Object.keys(Operation) as OperationName[];
  t.is(names.length, 9);
  for (const name of names) t.is(operationName(Operation[name]), name);
});

test("CALL and RESULT name each column once", (t) => {
  t.deepEqual(
    Object.values(CALL),
    Array.from({ length: CALL_COLUMNS }, (_, index) => index),
  );
  t.deepEqual(
    Object.values(RESULT),
    Array.from({ length: RESULT_COLUMNS }, (_, index) => index),
  );
});

testProp(
  "unpackKeys() is the inverse of packKeys()",
  [fc.array(fc.record({ category: fc.string(), key: fc.string() }))],
  (t, keys) => t.deepEqual(unpackKeys(structuredClone(packKeys(keys))), keys),
);

testProp(
  "ValuePacker puts each value where it said, in one buffer of exactly their size",
  [fc.array(fc.uint8Array({ maxLength: 64 }), { minLength: 1 })],
  (t, values) => {
    const packer = new ValuePacker();
    const places = values.map((value) => ({ value, start: packer.add(value), end: packer.size }));
    const bytes = packer.pack();
    t.is(bytes?.byteLength, packer.size);
    t.is(bytes?.buffer.byteLength, packer.size);
    for (const { value, start, end } of places) t.deepEqual(bytes?.slice(start, end), value);
  },
);

test("pack() answers undefined where no value was added, and bytes where an empty one was", (t) => {
  const packer = new ValuePacker();
  t.is(packer.pack(), undefined);
  t.is(packer.add(new Uint8Array(0)), 0);
  t.is(packer.pack()?.byteLength, 0);
});

test("pack() takes a small Buffer without the pool it lies in", (t) => {
  const packer = new ValuePacker();
  const value = Buffer.from("small");
  t.true(value.buffer.byteLength > value.byteLength);
  packer.add(value);
  const bytes = packer.pack();
  t.is(bytes?.buffer.byteLength, value.byteLength);
  t.deepEqual(bytes, new Uint8Array(value));
});

test("pack() keeps the neighbours of a value in place whose memory was taken away", (t) => {
  const packer = new ValuePacker();
  packer.add(Uint8Array.of(1, 2));
  const taken = Uint8Array.of(3, 4);
  packer.add(taken);
  packer.add(Uint8Array.of(5, 6));
  structuredClone(taken.buffer, { transfer: [taken.buffer] });
  t.deepEqual(packer.pack(), Uint8Array.of(1, 2, 0, 0, 5, 6));
});

test("pack() cuts a value whose memory has grown", (t) => {
  const packer = new ValuePacker();
  const memory = new ArrayBuffer(2, { maxByteLength: 8 });
  const grown = new Uint8Array(memory);
  grown.fill(1);
  packer.add(grown);
  packer.add(Uint8Array.of(2));
  memory.resize(8);
  t.deepEqual(packer.pack(), Uint8Array.of(1, 1, 2));
});

test("packEntry() answers start, end and expiry, and undefined for no entry", (t) => {
  const packer = new ValuePacker();
  t.is(packEntry(undefined, packer), undefined);
  t.deepEqual(packEntry({ value: Uint8Array.of(1, 2) }, packer), [0, 2, undefined]);
  t.deepEqual(packEntry({ value: Uint8Array.of(3), expiresAt: 9 }, packer), [2, 3, 9]);
});
