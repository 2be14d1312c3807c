import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { Operation, RESULT_COLUMNS, Status } from "../../src/contract/call-frames.js";
import type { OperationCode, ReplyFrame, Rows } from "../../src/contract/call-frames.js";
import { readReply } from "../../src/host/calls/read-reply.js";
import { ReplyBuilder } from "../../src/worker/reply-builder.js";
import { encodeFrame } from "../../src/contract/frame-codec.js";
import { MAX_MESSAGE_BYTES } from "../../src/contract/frame-limits.js";

const MAX_VALUE_BYTES = 8;

/** A result on its way: what a backend answers, the frame the worker makes of it, and what the host reads. */
interface WireRow {
  readonly operation: OperationCode;
  readonly subject?: unknown;
  readonly result: unknown;
  readonly frame: ReplyFrame;
  /** Result and its bytes. */
  readonly read: readonly [unknown, number];
}

/** A single row is a plain array. */
const rows = (...cells: number[]): Rows =>
  cells.length === RESULT_COLUMNS ? cells : Float64Array.from(cells);
const NOTHING = { frame: { rows: rows(7, 0, 0, 0, NaN) }, read: [undefined, 0] } as const;
const TWO_KEYS = [
  ["c", "a"],
  ["c", "b"],
];
const QUERY = { category: "c", limit: 3 };

const WIRE: Record<string, WireRow> = {
  "a get that finds nothing": { operation: Operation.get, result: undefined, ...NOTHING },
  "a get": {
    operation: Operation.get,
    result: { value: Uint8Array.of(1, 2) },
    frame: { rows: rows(7, 1, 0, 2, NaN), bytes: Uint8Array.of(1, 2) },
    read: [{ value: Uint8Array.of(1, 2) }, 2],
  },
  "a get of an empty value that expires": {
    operation: Operation.get,
    result: { value: new Uint8Array(0), expiresAt: 99 },
    frame: { rows: rows(7, 1, 0, 0, 99), bytes: new Uint8Array(0) },
    read: [{ value: new Uint8Array(0), expiresAt: 99 }, 0],
  },
  "a get that answers more than an entry": {
    operation: Operation.get,
    result: { value: Uint8Array.of(1), created: 5, toString: () => "entry" },
    frame: { rows: rows(7, 1, 0, 1, NaN), bytes: Uint8Array.of(1) },
    read: [{ value: Uint8Array.of(1) }, 1],
  },
  "a getMany": {
    operation: Operation.getMany,
    subject: TWO_KEYS,
    result: [undefined, { value: Uint8Array.of(3), expiresAt: 5 }],
    frame: { rows: rows(7, 2, 0, 0, NaN), data: [[undefined, [0, 1, 5]]], bytes: Uint8Array.of(3) },
    read: [[undefined, { value: Uint8Array.of(3), expiresAt: 5 }], 1],
  },
  "a getMany of no keys": {
    operation: Operation.getMany,
    subject: [],
    result: [],
    frame: { rows: rows(7, 2, 0, 0, NaN), data: [[]] },
    read: [[], 0],
  },
  "a scan": {
    operation: Operation.scan,
    subject: QUERY,
    result: { keys: ["a", "b"], cursor: "b", more: 1 },
    frame: { rows: rows(7, 2, 0, 0, NaN), data: [{ keys: ["a", "b"], cursor: "b" }] },
    read: [{ keys: ["a", "b"], cursor: "b" }, 0],
  },
  "a last scan": {
    operation: Operation.scan,
    subject: QUERY,
    result: { keys: [] },
    frame: { rows: rows(7, 2, 0, 0, NaN), data: [{ keys: [] }] },
    read: [{ keys: [] }, 0],
  },
  "a put that answers something": { operation: Operation.put, result: { stored: () => true }, ...NOTHING },
  "a purge": { operation: Operation.purge, result: true, ...NOTHING },
  "a putMany": { operation: Operation.putMany, subject: [], result: [1, 2], ...NOTHING },
  "a purgeMany": { operation: Operation.purgeMany, subject: TWO_KEYS, result: undefined, ...NOTHING },
  "a clear": { operation: Operation.clear, result: 5, ...NOTHING },
  "a ping": { operation: Operation.ping, result: "pong", ...NOTHING },
};

for (const [name, { operation, subject, result, frame, read }] of Object.entries(WIRE)) {
  test(`ReplyBuilder makes the frame of ${name}`, (t) => {
    const builder = new ReplyBuilder(MAX_VALUE_BYTES);
    builder.addResult(7, operation, result, subject);
    t.deepEqual(builder.build(), frame);
  });

  test(`readReply() reads the frame of ${name}`, (t) => {
    t.deepEqual(readAll(frame), [[7, ...read]]);
  });
}

test("ReplyBuilder sends errors as they are", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  builder.addError(3, { name: "E", message: "m", code: "C" });
  const frame = builder.build();
  t.deepEqual(frame, {
    rows: rows(3, Status.error, 0, 0, NaN),
    data: [{ name: "E", message: "m", code: "C" }],
  });
  t.deepEqual(readAll(frame), [[3, { name: "E", message: "m", code: "C" }]]);
});

test("build() leaves the builder empty", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  t.true(builder.isEmpty);
  builder.addResult(1, Operation.get, { value: Uint8Array.of(1) });
  builder.addError(2, { name: "E", message: "m" });
  t.false(builder.isEmpty);
  t.is(builder.build().rows.length, 2 * RESULT_COLUMNS);
  t.true(builder.isEmpty);
  t.deepEqual(builder.build(), { rows: new Float64Array(0) });
  builder.addResult(3, Operation.get, { value: Uint8Array.of(2) });
  t.deepEqual(builder.build(), { rows: rows(3, 1, 0, 1, NaN), bytes: Uint8Array.of(2) });
});

test("ReplyBuilder takes a small Buffer without its pool", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  const value = Buffer.from("small");
  builder.addResult(1, Operation.get, { value });
  const { bytes } = builder.build();
  t.is(bytes?.buffer.byteLength, value.byteLength);
  t.false(Buffer.isBuffer(bytes));
});

test("addResult() takes a value of exactly maxValueBytes", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  builder.addResult(1, Operation.get, { value: new Uint8Array(MAX_VALUE_BYTES) });
  t.is(builder.build().bytes?.byteLength, MAX_VALUE_BYTES);
});

class Liar extends Uint8Array {
  override get byteLength(): number {
    return 2;
  }
}

test("addResult() sends no more of a subclass than it says to have", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  builder.addResult(1, Operation.get, { value: Liar.from([1, 2, 3, 4]) });
  builder.addResult(2, Operation.get, { value: Uint8Array.of(5) });
  t.deepEqual(builder.build(), {
    rows: rows(1, 1, 0, 2, NaN, 2, 1, 2, 3, NaN),
    bytes: Uint8Array.of(1, 2, 5),
  });
});

const ENTRY = "expected { value: Uint8Array, expiresAt?: number } or undefined: received";
const VALUE = 'expected "value" to be a Uint8Array: received';
const EXPIRY = 'expected "expiresAt" to be milliseconds since the epoch: received';
const KEYS = 'expected "keys" to be an array of strings: received';
const { get, getMany, scan } = Operation;
const tooLarge = { value: new Uint8Array(MAX_VALUE_BYTES + 1) };
const value = Uint8Array.of(1);

for (const [what, operation, result, message] of [
  ["null", get, null, `${ENTRY} null`],
  ["a string", get, "value", `${ENTRY} string`],
  ["a bare value", get, value, `${VALUE} undefined`],
  ["a text value", get, { value: "text" }, `${VALUE} string`],
  ["a value in an array", get, { value: [1] }, `${VALUE} an array`],
  ["an ArrayBuffer", get, { value: new ArrayBuffer(1) }, `${VALUE} an object (ArrayBuffer)`],
  ["a value without prototype", get, { value: Object.create(null) }, `${VALUE} an object (no constructor)`],
  ["an expiry of null", get, { value, expiresAt: null }, `${EXPIRY} null`],
  ["a Date as expiry", get, { value, expiresAt: new Date(0) }, `${EXPIRY} an object (Date)`],
  ["NaN as expiry", get, { value, expiresAt: NaN }, `${EXPIRY} number`],
  ["infinity as expiry", get, { value, expiresAt: Infinity }, `${EXPIRY} number`],
  ["too large a value", get, tooLarge, "expected at most 8 bytes: received 9"],
  ["no array for many", getMany, undefined, "expected an array of entries: received undefined"],
  ["too few entries", getMany, [undefined], "expected one result for each of 2 keys: received 1"],
  [
    "too many entries",
    getMany,
    [undefined, undefined, undefined],
    "expected one result for each of 2 keys: received 3",
  ],
  ["null among entries", getMany, [undefined, null], `${ENTRY} null`],
  ["too large a value among entries", getMany, [{ value }, tooLarge], "expected at most 8 bytes: received 9"],
  ["no page", scan, undefined, "expected { keys: string[], cursor?: string }: received undefined"],
  ["a page without keys", scan, {}, `${KEYS} undefined`],
  ["a number among keys", scan, { keys: ["a", 1] }, `${KEYS} number in it`],
  ["a hole among keys", scan, { keys: Object.assign([], { length: 2 }) }, `${KEYS} undefined in it`],
  ["more keys than the limit", scan, { keys: ["a", "b", "c", "d"] }, "expected at most 3 keys: received 4"],
  ["a cursor of null", scan, { keys: [], cursor: null }, 'expected "cursor" to be a string: received null'],
] as [string, OperationCode, unknown, string][]) {
  test(`addResult() refuses ${what} and adds nothing`, (t) => {
    const builder = new ReplyBuilder(MAX_VALUE_BYTES);
    const subject = operation === scan ? QUERY : TWO_KEYS;
    t.throws(() => builder.addResult(1, operation, result, subject), { message });
    t.true(builder.isEmpty);
    t.deepEqual(builder.build(), { rows: new Float64Array(0) });
  });
}

test("addResult() lets an error through that a getter of the result throws, and adds nothing", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  const result = {
    get value() {
      throw new Error("getter");
    },
  };
  t.throws(() => builder.addResult(1, get, result), { message: "getter" });
  t.throws(() => builder.addResult(1, getMany, [{ value }, result], TWO_KEYS), { message: "getter" });
  t.deepEqual(builder.build(), { rows: new Float64Array(0) });
});

test("addResult() refuses a value whose memory was transferred away", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  const gone = Uint8Array.of(1);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  t.throws(() => builder.addResult(1, get, { value: gone }), { instanceOf: TypeError });
  t.true(builder.isEmpty);
});

/** Adds results until a frame leaves; answers how many bytes its message has. */
function fill(add: (builder: ReplyBuilder, sequence: number) => void): number {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  for (let sequence = 1; !builder.isFull; sequence += 1) add(builder, sequence);
  const [message] = encodeFrame(builder.build());
  return message!.byteLength;
}

const LONG = "\u{1f9ff}".repeat(2000);
const longError = { name: "E", message: LONG, stack: LONG, cause: { name: "E", message: LONG } };
const PAGE_KEYS = 1000;
const pageOf = (character: string, characters: number): object => ({
  keys: Array.from({ length: PAGE_KEYS }, () => character.repeat(characters)),
});

const FILLINGS: Readonly<Record<string, (builder: ReplyBuilder, sequence: number) => void>> = {
  "results without a value": (builder, sequence) => builder.addResult(sequence, Operation.ping, undefined),
  "empty entries": (builder, sequence) => builder.addResult(sequence, get, { value: new Uint8Array(0) }),
  "errors with long texts": (builder, sequence) => builder.addError(sequence, longError),
  "pages of the longest keys there are": (builder, sequence) =>
    builder.addResult(sequence, scan, pageOf("\u4e00", 1024), { category: "c", limit: PAGE_KEYS }),
};

for (const [name, add] of Object.entries(FILLINGS)) {
  test(`a frame leaves before ${name} are more than a host takes`, (t) => {
    t.true(fill(add) <= MAX_MESSAGE_BYTES);
  });
}

test("addResult() refuses what is more than a frame may hold beside values, and adds nothing", (t) => {
  const builder = new ReplyBuilder(MAX_VALUE_BYTES);
  const page = pageOf("x", 2000);
  t.throws(() => builder.addResult(1, scan, page, { category: "c", limit: PAGE_KEYS }), {
    instanceOf: RangeError,
    message: /bytes of keys/,
  });
  const keys = Array.from({ length: 100_000 });
  t.throws(() => builder.addResult(1, getMany, keys, keys), {
    instanceOf: RangeError,
    message: /keys at once/,
  });
  t.true(builder.isEmpty);
});

const entry = fc.option(
  fc.oneof(
    fc.record({ value: fc.uint8Array({ maxLength: MAX_VALUE_BYTES }) }),
    fc.record({ value: fc.uint8Array({ maxLength: MAX_VALUE_BYTES }), expiresAt: fc.integer() }),
  ),
  { nil: undefined },
);

testProp(
  "readReply() reads what ReplyBuilder wrote, whatever travels together",
  [fc.array(fc.oneof(entry, fc.array(entry)), { minLength: 1 })],
  (t, results) => {
    const builder = new ReplyBuilder(MAX_VALUE_BYTES);
    for (const [index, result] of results.entries()) {
      if (Array.isArray(result)) builder.addResult(index, getMany, result, result);
      else builder.addResult(index, get, result);
    }
    t.deepEqual(
      readAll(structuredClone(builder.build())),
      results.map((result, index) => [index, result, sizeOf(result)]),
    );
  },
);

testProp(
  "addResult() either throws or makes a frame that the host finds no fault with",
  [
    fc.constantFrom(...Object.values(Operation)),
    fc.anything({ withTypedArray: true, withSparseArray: true }),
  ],
  (t, operation, result) => {
    const builder = new ReplyBuilder(MAX_VALUE_BYTES);
    try {
      builder.addResult(1, operation, result, operation === scan ? QUERY : TWO_KEYS);
    } catch (error) {
      t.true(error instanceof TypeError || error instanceof RangeError);
      t.true(builder.isEmpty);
      return;
    }
    t.is(readAll(structuredClone(builder.build())).length, 1);
  },
);

/** All that the host reads of a reply: sequence, then result and bytes or the error. */
function readAll(frame: unknown): unknown[] {
  const read: unknown[] = [];
  const fault = readReply(frame, {
    maxItems: () => 100,
    result: (...args) => void read.push(args),
    error: (...args) => void read.push(args),
  });
  if (fault !== undefined) throw new Error(fault);
  return read;
}

/** What an entry of the result weighs, on average. */
function sizeOf(result: unknown): number {
  const found = [result].flat().filter((one) => one !== undefined) as { readonly value: Uint8Array }[];
  const bytes = found.reduce((sum, { value: { byteLength } }) => sum + byteLength, 0);
  return found.length === 0 ? 0 : bytes / found.length;
}
