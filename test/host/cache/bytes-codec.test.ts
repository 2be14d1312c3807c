import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { isStockpileError } from "../../../src/contract/errors.js";
import { bytesCodec } from "../../../src/host/cache/bytes-codec.js";

testProp("bytesCodec brings back the bytes in a buffer of their own", [fc.uint8Array()], (t, value) => {
  const stored = new Uint8Array([9, ...bytesCodec.encode(value), 9]);
  const decoded = bytesCodec.decode(stored.subarray(1, -1));
  stored.fill(9);
  t.deepEqual(decoded, value);
  t.is(decoded.buffer.byteLength, value.byteLength);
});

test("bytesCodec answers a plain Uint8Array for a Buffer", (t) => {
  const decoded = bytesCodec.decode(bytesCodec.encode(Buffer.from("abc")));
  t.is(Object.getPrototypeOf(decoded), Uint8Array.prototype);
  t.deepEqual([...decoded], [97, 98, 99]);
});

for (const value of ["text", null, undefined, [1, 2], new ArrayBuffer(2), new Uint16Array(2)]) {
  test(`bytesCodec refuses ${Object.prototype.toString.call(value)}`, (t) => {
    // @ts-expect-error The type forbids it, callers in JavaScript do not know.
    const error = t.throws(() => bytesCodec.encode(value), { message: /expected a Uint8Array: received / });
    t.true(isStockpileError(error) && error.code === "STOCKPILE_VALUE_INVALID");
  });
}
