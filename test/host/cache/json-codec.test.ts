import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { isStockpileError } from "../../../src/contract/errors.js";
import { jsonCodec } from "../../../src/host/cache/json-codec.js";

testProp("jsonCodec brings back any JSON value", [fc.jsonValue()], (t, value) => {
  // JSON has no -0.
  const expected: unknown = JSON.parse(JSON.stringify(value));
  t.deepEqual(jsonCodec.decode(jsonCodec.encode(value)), expected);
});

test("jsonCodec brings back null, which is a value", (t) => {
  t.is(jsonCodec.decode(jsonCodec.encode(null)), null);
});

test("jsonCodec makes a Date a string and leaves out properties that are undefined or functions", (t) => {
  const value = { at: new Date(0), none: undefined, run: () => {} };
  t.deepEqual(jsonCodec.decode(jsonCodec.encode(value)), { at: "1970-01-01T00:00:00.000Z" });
});

test("jsonCodec takes null and the word null beside ordinary values", (t) => {
  const value = {
    nothing: null,
    list: [null, 1],
    text: "null",
    none: undefined,
    at: { toJSON: () => [null] },
  };
  t.deepEqual(jsonCodec.decode(jsonCodec.encode(value)), {
    nothing: null,
    list: [null, 1],
    text: "null",
    at: [null],
  });
});

test("jsonCodec decodes a view into a larger buffer", (t) => {
  const bytes = Buffer.from('xx{"a":"ä"}yy');
  t.deepEqual(jsonCodec.decode(new Uint8Array(bytes.buffer, bytes.byteOffset + 2, bytes.byteLength - 4)), {
    a: "ä",
  });
});

const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;
const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ["undefined", undefined, /received undefined$/],
  ["a function", () => {}, /received function$/],
  ["a symbol", Symbol("s"), /received symbol$/],
  ["a bigint", 1n, /BigInt/],
  ["a bigint within", { a: [1n] }, /BigInt/],
  ["a cycle", cycle, /circular/],
  ["NaN", Number.NaN, /received NaN$/],
  ["an infinity within", { ratio: Infinity }, /received Infinity at "ratio"$/],
  ["undefined in an array", [1, undefined], /received undefined at "1"$/],
  ["a hole in an array", Object.assign(Array(2), { 0: 1 }), /received undefined at "1"$/],
  ["an invalid Date", new Date(Number.NaN), /received an invalid Date$/],
  ["an invalid Date within", { a: new Date(Number.NaN) }, /received an invalid Date at "a"$/],
  ["an invalid Date in an array", [null, new Date(Number.NaN)], /received an invalid Date at "1"$/],
  ["an object whose toJSON is null", { a: { toJSON: () => null } }, /with a toJSON of null at "a"$/],
  ["a boxed NaN", { a: Object(Number.NaN) }, /received NaN at "a"$/],
  ["a function in an array", { list: [() => {}] }, /received function at "0"$/],
  [
    "a toJSON that throws",
    {
      toJSON() {
        throw new Error("not today");
      },
    },
    /not today$/,
  ],
];
for (const [what, value, message] of REFUSED) {
  test(`jsonCodec refuses ${what}`, (t) => {
    const error = t.throws(() => jsonCodec.encode(value), { message });
    t.true(isStockpileError(error) && error.code === "STOCKPILE_VALUE_INVALID");
  });
}
