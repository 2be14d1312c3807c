import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import type { StorageBackend } from "../../../src/contract/backend.js";
import { CALL_COLUMNS, Operation } from "../../../src/contract/call-frames.js";
import type { CallFrame } from "../../../src/contract/call-frames.js";
import { Pulse } from "../../../src/contract/pulse.js";
import { PendingCall } from "../../../src/host/calls/call.js";
import type { CallRequest } from "../../../src/host/calls/call.js";
import { packCalls } from "../../../src/host/calls/pack-calls.js";
import { CallServer } from "../../../src/worker/call-server.js";
import { openBackends } from "../../worker/open-backends.js";
import { makeRequest } from "./make-call.js";

const A = { category: "c", key: "a" };
const B = { category: "d", key: "b" };

/** A call on its way: what the host asks, the frame it makes of it, and how the worker's backend is called. */
interface WireRow {
  readonly request: Partial<CallRequest>;
  /** Columns: operation, handle, budgetMs, category, start, end, expiresAt. */
  readonly row: readonly number[];
  readonly subject: unknown;
  readonly bytes?: Uint8Array;
  readonly called: readonly unknown[];
}

const BUDGET_MS = 500;
const NO_VALUE = [0, 0, 0] as const;

const WIRE: Record<string, WireRow> = {
  get: {
    request: { operation: Operation.get, subject: "k" },
    row: [1, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: "k",
    called: ["get", { category: "c", key: "k" }],
  },
  "put of a value that expires": {
    request: {
      operation: Operation.put,
      subject: "k",
      entry: { value: Uint8Array.of(1, 2), expiresAt: 1234 },
    },
    row: [2, 0, BUDGET_MS, 0, 0, 2, 1234],
    subject: "k",
    bytes: Uint8Array.of(1, 2),
    called: ["put", { category: "c", key: "k" }, { value: Uint8Array.of(1, 2), expiresAt: 1234 }],
  },
  "put of an empty value that does not expire": {
    request: { operation: Operation.put, subject: "k", entry: { value: new Uint8Array(0) } },
    row: [2, 0, BUDGET_MS, 0, 0, 0, NaN],
    subject: "k",
    bytes: new Uint8Array(0),
    called: ["put", { category: "c", key: "k" }, { value: new Uint8Array(0) }],
  },
  purge: {
    request: { operation: Operation.purge, subject: "k" },
    row: [3, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: "k",
    called: ["purge", { category: "c", key: "k" }],
  },
  getMany: {
    request: {
      operation: Operation.getMany,
      subject: [
        ["c", "a"],
        ["d", "b"],
      ],
    },
    row: [4, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: [
      ["c", "a"],
      ["d", "b"],
    ],
    called: ["getMany", [A, B]],
  },
  putMany: {
    request: {
      operation: Operation.putMany,
      subject: [
        [A, { value: Uint8Array.of(1), expiresAt: 5 }],
        [B, { value: Uint8Array.of(2, 3) }],
      ],
    },
    row: [5, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: [
      [
        ["c", "a"],
        [0, 1, 5],
      ],
      [
        ["d", "b"],
        [1, 3, undefined],
      ],
    ],
    bytes: Uint8Array.of(1, 2, 3),
    called: [
      "putMany",
      [
        [A, { value: Uint8Array.of(1), expiresAt: 5 }],
        [B, { value: Uint8Array.of(2, 3) }],
      ],
    ],
  },
  purgeMany: {
    request: { operation: Operation.purgeMany, subject: [["c", "a"]] },
    row: [6, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: [["c", "a"]],
    called: ["purgeMany", [A]],
  },
  scan: {
    request: { operation: Operation.scan, subject: { category: "c", cursor: "x", limit: 10 } },
    row: [7, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: { category: "c", cursor: "x", limit: 10 },
    called: ["scan", { category: "c", cursor: "x", limit: 10 }],
  },
  clear: {
    request: { operation: Operation.clear, subject: undefined },
    row: [8, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: undefined,
    called: ["clear", "c"],
  },
  ping: {
    request: { operation: Operation.ping, subject: undefined, category: "_stockpile" },
    row: [9, 0, BUDGET_MS, 0, ...NO_VALUE],
    subject: undefined,
    called: ["ping"],
  },
};

for (const [name, { request, row, subject, bytes, called }] of Object.entries(WIRE)) {
  const frame: CallFrame = {
    first: 7,
    rows: row,
    categories: [request.category ?? "c"],
    subjects: [subject],
    ...(bytes === undefined ? {} : { bytes }),
  };

  test(`packCalls() makes the frame of a ${name}`, (t) => {
    t.deepEqual(packCalls([pendingCall(request, 7)]), frame);
  });

  test(`CallServer reads the frame of a ${name}`, async (t) => {
    t.deepEqual(await callsOf(structuredClone(frame)), [called]);
  });
}

test("packCalls() names each category once", (t) => {
  const categories = ["a", "a", "b", "a", "b"];
  const frame = packCalls(categories.map((category, index) => pendingCall({ category }, index + 1)));
  t.deepEqual(frame.categories, ["a", "b"]);
  const indexes = categories.map((_, index) => frame.rows[index * CALL_COLUMNS + 3]);
  t.deepEqual(indexes, [0, 0, 1, 0, 1]);
});

test("packCalls() packs the values of all calls into one buffer of exactly their size", (t) => {
  const value = Buffer.from("pooled");
  const frame = packCalls([
    pendingCall({ operation: Operation.put, entry: { value } }, 1),
    pendingCall({}, 2),
    pendingCall({ operation: Operation.put, entry: { value } }, 3),
  ]);
  t.is(frame.first, 1);
  t.is(frame.bytes?.buffer.byteLength, 2 * value.byteLength);
  t.deepEqual(frame.bytes, new Uint8Array(Buffer.from("pooledpooled")));
});

const key = fc.record({ category: fc.constantFrom("c", "d", "e"), key: fc.string({ minLength: 1 }) });
const entry = fc.oneof(
  fc.record({ value: fc.uint8Array() }),
  fc.record({ value: fc.uint8Array(), expiresAt: fc.integer({ min: 0 }) }),
);

testProp(
  "CallServer calls the backend with what packCalls() was given, whatever travels together",
  [
    fc.array(
      fc.oneof(
        key.map(({ category, key: subject }) => ({
          request: { operation: Operation.get, category, subject },
          called: ["get", { category, key: subject }],
        })),
        fc.tuple(key, entry).map(([{ category, key: subject }, stored]) => ({
          request: { operation: Operation.put, category, subject, entry: stored },
          called: ["put", { category, key: subject }, stored],
        })),
        fc.array(fc.tuple(key, entry)).map((pairs) => ({
          request: { operation: Operation.putMany, subject: pairs },
          called: ["putMany", pairs],
        })),
      ),
      { minLength: 1, maxLength: 10 },
    ),
  ],
  async (t, calls) => {
    const frame = packCalls(calls.map(({ request }, index) => pendingCall(request, index + 1)));
    t.deepEqual(
      await callsOf(structuredClone(frame)),
      calls.map(({ called }) => called),
    );
  },
);

function pendingCall(request: Partial<CallRequest>, sequence: number): PendingCall {
  return new PendingCall(makeRequest(request), sequence, 0, BUDGET_MS);
}

/** How a backend is called for the calls of a frame: method and arguments, without the context. */
async function callsOf(frame: CallFrame): Promise<unknown[]> {
  const called: unknown[] = [];
  const record =
    (method: string, result?: unknown) =>
    (...args: unknown[]): unknown => {
      called.push([method, ...args.slice(0, -1)]);
      return result;
    };
  const backend = {
    get: record("get"),
    put: record("put"),
    purge: record("purge"),
    getMany: record("getMany", []),
    putMany: record("putMany"),
    purgeMany: record("purgeMany"),
    scan: record("scan", { keys: [] }),
    clear: record("clear"),
    ping: record("ping"),
  } as StorageBackend; // the results are of no interest here
  const server = new CallServer({
    backends: await openBackends(backend),
    pulse: new Pulse(),
    maxValueBytes: 1024,
    settle: () => {},
  });
  await server.invoke(frame);
  return called;
}
