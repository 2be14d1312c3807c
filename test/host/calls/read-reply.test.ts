import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { RESULT_COLUMNS, Status } from "../../../src/contract/call-frames.js";
import { isWireError } from "../../../src/contract/wire-error.js";
import type { CallResult } from "../../../src/host/calls/call.js";
import { readReply } from "../../../src/host/calls/read-reply.js";
import type { ReplyReceiver } from "../../../src/host/calls/read-reply.js";

type Heard =
  | readonly ["result", sequence: number, result: CallResult, bytes: number]
  | readonly ["error", sequence: number, error: unknown];

interface Receiver extends ReplyReceiver {
  readonly heard: Heard[];
}

function makeReceiver(maxItems: number = 10, refuse?: string): Receiver {
  const heard: Heard[] = [];
  return {
    heard,
    maxItems: () => maxItems,
    result: (sequence, result, bytes) => {
      heard.push(["result", sequence, result, bytes]);
      return refuse;
    },
    error: (sequence, error) => {
      heard.push(["error", sequence, error]);
      return refuse;
    },
  };
}

/** A result's row: sequence, status, start, end, expiry. */
type Row = [sequence: number, status: number, start?: number, end?: number, expiresAt?: number];
const row = (...[sequence, status, start = 0, end = 0, expiresAt = NaN]: Row): number[] => [
  sequence,
  status,
  start,
  end,
  expiresAt,
];
const rows = (...all: number[][]): Float64Array => Float64Array.from(all.flat());
const BYTES = Uint8Array.of(1, 2, 3, 4);
const ERROR = { name: "E", message: "m" };

test("readReply() takes a single result in a plain array as well", (t) => {
  const receiver = makeReceiver();
  t.is(readReply({ rows: row(1, Status.entry, 1, 3, 9), bytes: BYTES.subarray(0, 3) }, receiver), undefined);
  t.is(readReply({ rows: row(2, Status.none) }, receiver), undefined);
  t.deepEqual(
    receiver.heard.map(([, sequence]) => sequence),
    [1, 2],
  );
});

test("readReply() hands results on in order, values as views into the frame's bytes", (t) => {
  const receiver = makeReceiver();
  const frame = {
    rows: rows(
      row(1, Status.none),
      row(2, Status.entry, 1, 3),
      row(3, Status.entry, 3, 3, 99),
      row(4, Status.data, 0),
      row(5, Status.error, 1),
      row(6, Status.data, 2),
    ),
    data: [[[0, 2, 7], undefined, [2, 4, undefined]], ERROR, { keys: ["a", "b"], cursor: "next" }],
    bytes: BYTES,
  };
  t.is(readReply(frame, receiver), undefined);
  t.deepEqual(receiver.heard, [
    ["result", 1, undefined, 0],
    ["result", 2, { value: Uint8Array.of(2, 3) }, 2],
    ["result", 3, { value: new Uint8Array(0), expiresAt: 99 }, 0],
    [
      "result",
      4,
      [{ value: Uint8Array.of(1, 2), expiresAt: 7 }, undefined, { value: Uint8Array.of(3, 4) }],
      2,
    ],
    ["error", 5, ERROR],
    ["result", 6, { keys: ["a", "b"], cursor: "next" }, 0],
  ]);
  const [, , entry] = receiver.heard[1] as unknown as [string, number, { value: Uint8Array }];
  t.is(entry.value.buffer, BYTES.buffer);
});

test("readReply() reads values that lie within a larger buffer", (t) => {
  const receiver = makeReceiver();
  const bytes = new Uint8Array(BYTES.buffer, 1, 2);
  t.is(readReply({ rows: rows(row(1, Status.entry, 0, 2)), bytes }, receiver), undefined);
  t.deepEqual(receiver.heard, [["result", 1, { value: Uint8Array.of(2, 3) }, 2]]);
  const beyond = { rows: rows(row(1, Status.entry, 0, 3)), bytes };
  t.is(readReply(beyond, makeReceiver()), "a result's entry lies outside its values");
});

test("readReply() admits an empty reply", (t) => {
  const receiver = makeReceiver();
  t.is(readReply({ rows: new Float64Array(0) }, receiver), undefined);
  t.deepEqual(receiver.heard, []);
});

test("readReply() stops at the first result that is wrong, with those before it handed on", (t) => {
  const receiver = makeReceiver();
  const frame = { rows: rows(row(1, Status.none), row(2, 9), row(3, Status.none)) };
  t.is(readReply(frame, receiver), "a result has an unknown status");
  t.deepEqual(receiver.heard, [["result", 1, undefined, 0]]);
});

test("readReply() passes on what its receiver finds wrong, and stops there", (t) => {
  const receiver = makeReceiver(10, "no such call");
  t.is(readReply({ rows: rows(row(1, Status.none), row(2, Status.none)) }, receiver), "no such call");
  t.is(receiver.heard.length, 1);
  const failing = makeReceiver(10, "no such call");
  t.is(readReply({ rows: rows(row(1, Status.error)), data: [ERROR] }, failing), "no such call");
});

const one = (...values: Row): { rows: Float64Array } => ({ rows: rows(row(...values)) });
const OUTSIDE = "a result's entry lies outside its values";

for (const [what, frame, fault] of [
  ["undefined", undefined, "a reply is no object"],
  ["null", null, "a reply is no object"],
  ["text", "reply", "a reply is no object"],
  ["no rows", {}, "a reply holds no whole results"],
  ["rows in an object", { rows: { length: 0 } }, "a reply holds no whole results"],
  ["two rows in an array", { rows: [...row(1, 0), ...row(2, 0)] }, "a reply holds no whole results"],
  ["half a row in an array", { rows: [1, 0, 0, 0] }, "a reply holds no whole results"],
  ["a text in a row", { rows: [1, 0, "0", 0, 0] }, "a reply holds no whole results"],
  ["holes in a row", { rows: new Array(RESULT_COLUMNS) }, "a reply holds no whole results"],
  ["a row with a member", { rows: Object.assign(row(1, 0), { junk: 1 }) }, "a reply holds no whole results"],
  ["half a row", { rows: new Float64Array(RESULT_COLUMNS + 1) }, "a reply holds no whole results"],
  ["data in an object", { rows: new Float64Array(0), data: {} }, "a reply's data is no array"],
  ["another member", { rows: new Float64Array(0), junk: [] }, "a reply has members of no use"],
  ["data without a result", { rows: new Float64Array(0), data: [[]] }, "a reply has more data than results"],
  ["values without a result", { rows: new Float64Array(0), bytes: BYTES }, "a reply has values of no result"],
  [
    "a member on its data",
    { ...one(1, Status.data), data: Object.assign([[]], { junk: [] }) },
    "a reply's data is no list",
  ],
  [
    "a member in the place of its data",
    { ...one(1, Status.data), data: Object.assign(sparse(1), { junk: [] }) },
    "a reply's data is no list",
  ],
  [
    "a member on its entries",
    { ...one(1, Status.data), data: [Object.assign([undefined], { junk: [] })] },
    "a result's entries have another form",
  ],
  [
    "a member on an entry",
    { ...one(1, Status.data), data: [[Object.assign([0, 0], { junk: [] })]] },
    "a result's entry has another form",
  ],
  [
    "an entry with another column",
    { ...one(1, Status.data), data: [[[0, 0, 1, {}]]] },
    "a result's entry has another form",
  ],
  [
    "a page with another member",
    { ...one(1, Status.data), data: [{ keys: [], junk: [] }] },
    "a result's page has another form",
  ],
  [
    "a page with a member on its keys",
    { ...one(1, Status.data), data: [{ keys: Object.assign([], { junk: [] }) }] },
    "a result's page has another form",
  ],
  [
    "an error with another member",
    { ...one(1, Status.error), data: [{ ...ERROR, junk: [] }] },
    "a result's error has another form",
  ],
  ["null as data", { rows: new Float64Array(0), data: null }, "a reply's data is no array"],
  [
    "bytes in a buffer",
    { rows: new Float64Array(0), bytes: new ArrayBuffer(4) },
    "a reply's values are no bytes",
  ],
  ["no status", one(1, NaN), "a result has an unknown status"],
  ["a status with a fraction", one(1, 0.5), "a result has an unknown status"],
  ["an entry without bytes", one(1, Status.entry, 0, 1), OUTSIDE],
  ["an entry past the end", { ...one(1, Status.entry, 0, 5), bytes: BYTES }, OUTSIDE],
  ["an entry before the start", { ...one(1, Status.entry, -1, 2), bytes: BYTES }, OUTSIDE],
  ["an entry backwards", { ...one(1, Status.entry, 3, 2), bytes: BYTES }, OUTSIDE],
  ["an entry from nowhere", { ...one(1, Status.entry, NaN, 2), bytes: BYTES }, OUTSIDE],
  ["an entry to infinity", { ...one(1, Status.entry, 0, Infinity), bytes: BYTES }, OUTSIDE],
  ["data that is not there", one(1, Status.data, 0), "a result holds no data"],
  ["data at no index", { ...one(1, Status.data, NaN), data: [[]] }, "a result holds no data"],
  ["data before the first", { ...one(1, Status.data, -1), data: [[]] }, "a result holds no data"],
  ["a number as data", { ...one(1, Status.data), data: [7] }, "a result holds no data"],
  [
    "an entry that is an object",
    { ...one(1, Status.data), data: [[{}]] },
    "a result's entry has another form",
  ],
  ["an entry that is null", { ...one(1, Status.data), data: [[null]] }, "a result's entry has another form"],
  ["an entry of texts", { ...one(1, Status.data), data: [[["0", "1"]]], bytes: BYTES }, OUTSIDE],
  ["an entry of nothing", { ...one(1, Status.data), data: [[[]]], bytes: BYTES }, OUTSIDE],
  ["an expiry of text", { ...one(1, Status.data), data: [[[0, 1, "soon"]]], bytes: BYTES }, OUTSIDE],
  ["a page without keys", { ...one(1, Status.data), data: [{}] }, "a result's page has another form"],
  [
    "a key that is a number",
    { ...one(1, Status.data), data: [{ keys: [1] }] },
    "a result's page has another form",
  ],
  [
    "a hole among keys",
    { ...one(1, Status.data), data: [{ keys: sparse(3) }] },
    "a result's page has another form",
  ],
  [
    "a cursor of null",
    { ...one(1, Status.data), data: [{ keys: [], cursor: null }] },
    "a result's page has another form",
  ],
  ["an error that is not there", one(1, Status.error), "a result's error has another form"],
  [
    "an error of another form",
    { ...one(1, Status.error), data: [{ message: 1 }] },
    "a result's error has another form",
  ],
] as [string, unknown, string][]) {
  test(`readReply() finds fault with ${what}`, (t) => {
    const receiver = makeReceiver();
    t.is(readReply(structuredClone(frame), receiver), fault);
    t.deepEqual(receiver.heard, []);
  });
}

for (const [what, frame, fault] of [
  ["data beside a result that needs none", { ...one(1, Status.none), data: [{}] }, "more data than results"],
  ["data behind that of its results", { ...one(1, Status.data), data: [[], {}] }, "more data than results"],
  [
    "values behind those of its results",
    { ...one(1, Status.entry, 0, 3), bytes: BYTES },
    "values of no result",
  ],
] as const) {
  test(`readReply() finds fault with ${what}, once it has handed these on`, (t) => {
    const receiver = makeReceiver();
    t.is(readReply(structuredClone(frame), receiver), `a reply has ${fault}`);
    t.is(receiver.heard.length, 1);
  });
}

test("readReply() takes each piece of data for one result only", (t) => {
  const twice = { rows: rows(row(1, Status.data, 0), row(2, Status.data, 0)), data: [[]] };
  t.is(readReply(twice, makeReceiver()), "a result holds no data");
});

test("readReply() refuses lists that are longer than asked for, before it walks through them", (t) => {
  const endless = sparse(2 ** 32 - 1);
  const frame = { rows: rows(row(1, Status.data)), data: [endless] };
  t.is(readReply(structuredClone(frame), makeReceiver(2)), "a result has more entries than were asked for");
  const page = { rows: rows(row(1, Status.data)), data: [{ keys: endless }] };
  t.is(readReply(structuredClone(page), makeReceiver(2)), "a result's page has another form");
  const most = { rows: rows(row(1, Status.data)), data: [[undefined, undefined]] };
  t.is(readReply(most, makeReceiver(2)), undefined);
});

/** An array of that length that holds nothing, and weighs nothing. */
function sparse(length: number): unknown[] {
  const array: unknown[] = [];
  array.length = length;
  return array;
}

/** Numbers as rows hold them: mostly small, so that many point at something. */
const cell = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1, max: 6 }) },
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, 2 ** 53),
);
const junk = fc.anything({ withTypedArray: true, withMap: true, withDate: true, withSparseArray: true });
const item = fc.oneof(
  junk,
  fc.array(fc.oneof(fc.constant(undefined), fc.array(cell, { maxLength: 4 }), junk), { maxLength: 4 }),
  fc.record({ keys: fc.array(fc.oneof(fc.string(), junk), { maxLength: 3 }), cursor: junk }),
  fc.record({ name: fc.string(), message: fc.oneof(fc.string(), junk) }),
);
const hostileReply = fc.record(
  {
    rows: fc.oneof(
      { weight: 8, arbitrary: fc.array(cell, { maxLength: 30 }).map(wholeRows) },
      { weight: 3, arbitrary: fc.array(cell, { minLength: RESULT_COLUMNS, maxLength: RESULT_COLUMNS }) },
      fc.array(cell).map((cells) => Float64Array.from(cells)),
      junk,
    ),
    data: fc.oneof({ weight: 4, arbitrary: fc.array(item, { maxLength: 4 }) }, junk),
    bytes: fc.oneof({ weight: 4, arbitrary: fc.uint8Array({ maxLength: 8 }) }, junk),
  },
  { requiredKeys: ["rows"] },
);

testProp(
  "readReply() never throws, and hands on only what has a valid form, whatever crosses the port",
  [fc.oneof({ weight: 4, arbitrary: hostileReply }, junk)],
  (t, reply) => {
    const receiver = makeReceiver(4);
    const fault = readReply(cloned(reply), receiver);
    t.true(fault === undefined || fault.length > 0);
    for (const [kind, sequence, result, bytes] of receiver.heard) {
      t.is(typeof sequence, "number");
      if (kind === "error") t.true(isWireError(result));
      else t.true(isResult(result, bytes));
    }
  },
  { numRuns: 2000 },
);

function wholeRows(cells: number[]): Float64Array {
  return Float64Array.from(cells.slice(0, cells.length - (cells.length % RESULT_COLUMNS)));
}

/** As it would arrive; what cannot be cloned never does. */
function cloned(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

function isResult(result: unknown, bytes: unknown): boolean {
  if (result === undefined) return bytes === 0;
  if (Array.isArray(result)) {
    const isWhole = result.length <= 4 && result.every((entry) => entry === undefined || isEntry(entry));
    const found = result.filter((entry) => entry !== undefined);
    const foundBytes = found.reduce<number>((sum, entry) => sum + sizeOf(entry), 0);
    return isWhole && bytes === (found.length === 0 ? 0 : foundBytes / found.length);
  }
  if (isEntry(result)) return bytes === sizeOf(result);
  const { keys, cursor, ...rest } = result as Record<string, unknown>;
  const isPage = Array.isArray(keys) && keys.every((key) => typeof key === "string");
  return isPage && (cursor === undefined || typeof cursor === "string") && Object.keys(rest).length === 0;
}

function isEntry(entry: unknown): boolean {
  const { value, expiresAt, ...rest } = entry as Record<string, unknown>;
  const isTimed = expiresAt === undefined || Number.isFinite(expiresAt);
  return value instanceof Uint8Array && isTimed && Object.keys(rest).length === 0;
}

function sizeOf(entry: unknown): number {
  return (entry as { value: Uint8Array } | undefined)?.value.byteLength ?? 0;
}
