import { inspect } from "node:util";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { HOST_METHODS } from "../../../src/contract/protocol.js";
import { readFrame } from "../../../src/host/life/read-frame.js";

const RAW = { type: "RAW", value: 1 };
const apply = (fields: object = {}): object => ({
  id: "1-2-3-4",
  type: "APPLY",
  path: ["log"],
  argumentList: [RAW, RAW],
  ...fields,
});

test("readFrame() admits a call of each method of the host, with at most two plain arguments", (t) => {
  t.is(HOST_METHODS.size, 7);
  for (const method of HOST_METHODS) {
    const frame = apply({ path: [method], argumentList: [RAW, { type: "RAW", value: { a: [1] } }] });
    t.deepEqual(readFrame(frame), { frame });
  }
});

test("readFrame() admits the answer to a call, whatever its value", (t) => {
  for (const value of [undefined, null, 0, "text", { rows: 1 }, [1]]) {
    t.deepEqual(readFrame({ id: "a", type: "RAW", value }), {
      frame: { id: "a", type: "RAW", value },
      answerTo: "a",
    });
  }
});

/** Frames as a plugin may send them by hand, and why each is none. */
const HOSTILE: [data: unknown, fault: string][] = [
  [undefined, "a frame is no object"],
  [null, "a frame is no object"],
  ["frame", "a frame is no object"],
  [7, "a frame is no object"],
  [true, "a frame is no object"],
  [10n, "a frame is no object"],
  [{}, "a frame has no id"],
  [[], "a frame has no id"],
  [new Map(), "a frame has no id"],
  [apply({ id: 7 }), "a frame has no id"],
  [apply({ id: "" }), "a frame has no id"],
  [apply({ id: "x".repeat(65) }), "a frame has no id"],
  [{ id: "a", type: "RAW", value: 1, extra: [] }, "an answer has members of no use"],
  [{ id: "a", type: "RAW", value: 1, name: "throw" }, "an answer has members of no use"],
  [apply({ extra: [] }), "a call of log has members of no use"],
  [apply({ value: undefined }), "a call of log has members of no use"],
  [apply({ path: Object.assign(["log"], { extra: 1 }) }), "a call of log has members of no use"],
  [apply({ argumentList: Object.assign([RAW], { extra: 1 }) }), "a call of log has members of no use"],
  [apply({ argumentList: [{ ...RAW, extra: 1 }] }), "an argument of log has members of no use"],
  // What Comlink would do for the asking.
  [{ id: "a", type: "GET", path: ["constructor"] }, 'a frame asks for "GET"'],
  [{ id: "a", type: "SET", path: ["__proto__", "polluted"], value: RAW }, 'a frame asks for "SET"'],
  [
    { id: "a", type: "CONSTRUCT", path: ["log", "constructor"], argumentList: [RAW] },
    'a frame asks for "CONSTRUCT"',
  ],
  [{ id: "a", type: "ENDPOINT" }, 'a frame asks for "ENDPOINT"'],
  [{ id: "a", type: "RELEASE" }, 'a frame asks for "RELEASE"'],
  [{ id: "a", type: "HANDLER", name: "throw", value: { isError: false } }, 'a frame asks for "HANDLER"'],
  [{ id: "a" }, "a frame asks for undefined"],
  [{ id: "a", type: { toString: 1 } }, "a frame asks for object"],
  [{ id: "a", type: "x".repeat(100) }, `a frame asks for "${"x".repeat(40)}"`],
  [apply({ path: undefined }), "a frame names no single method"],
  [apply({ path: "log" }), "a frame names no single method"],
  [apply({ path: [] }), "a frame names no single method"],
  [apply({ path: ["log", "constructor"] }), "a frame names no single method"],
  [apply({ path: { 0: "log", length: 1 } }), "a frame names no single method"],
  [apply({ path: ["constructor"] }), 'a frame calls "constructor"'],
  [apply({ path: ["__proto__"] }), 'a frame calls "__proto__"'],
  [apply({ path: ["hasOwnProperty"] }), 'a frame calls "hasOwnProperty"'],
  [apply({ path: [["log"]] }), "a frame calls object"],
  [apply({ path: sparse(1) }), "a frame calls undefined"],
  [apply({ argumentList: undefined }), "a call of log has no argument list"],
  [apply({ argumentList: {} }), "a call of log has no argument list"],
  [apply({ argumentList: [RAW, RAW, RAW, RAW] }), "a call of log has no argument list"],
  [apply({ argumentList: sparse(2 ** 32 - 1) }), "a call of log has no argument list"],
  [apply({ argumentList: [null] }), "an argument of log is bare"],
  [apply({ argumentList: [RAW, 5] }), "an argument of log is bare"],
  [apply({ argumentList: sparse(2) }), "a call of log has members of no use"],
  [apply({ argumentList: [{}] }), "an argument of log is no plain value"],
  [apply({ argumentList: [[]] }), "an argument of log is no plain value"],
  [
    apply({ argumentList: [{ type: "HANDLER", name: "throw", value: {} }] }),
    "an argument of log is no plain value",
  ],
  [
    apply({ argumentList: [{ type: "HANDLER", name: "proxy", value: 1 }] }),
    "an argument of log is no plain value",
  ],
  [apply({ argumentList: [{ type: "HANDLER", name: "nobody" }] }), "an argument of log is no plain value"],
];

for (const [index, [data, fault]] of HOSTILE.entries()) {
  test(`readFrame() finds that ${fault} (${index}: ${inspect(data, { breakLength: Infinity }).slice(0, 80)})`, (t) => {
    t.deepEqual(readFrame(structuredClone(data)), { fault });
  });
}

const raw = fc.record({ type: fc.constantFrom("RAW", "HANDLER"), value: fc.anything() });
const nearlyFrame = fc.record(
  {
    id: fc.oneof(fc.string(), fc.anything()),
    type: fc.oneof(fc.constantFrom("APPLY", "RAW", "GET", "SET", "RELEASE"), fc.anything()),
    path: fc.oneof(fc.constantFrom(["settle"], ["log"], ["constructor"]), fc.anything()),
    argumentList: fc.oneof(fc.array(fc.oneof({ weight: 5, arbitrary: raw }, fc.anything())), fc.anything()),
    value: fc.anything(),
  },
  { requiredKeys: [] },
);

testProp(
  "readFrame() never throws, and what it admits has exactly the rebuilt form",
  [fc.oneof(nearlyFrame, fc.anything({ withMap: true, withTypedArray: true, withSparseArray: true }))],
  (t, data) => {
    const read = readFrame(data);
    if ("fault" in read) {
      t.true(read.fault.length > 0);
      return;
    }
    const { id, type, ...rest } = read.frame as Record<string, unknown>;
    t.true(typeof id === "string" && id.length > 0 && id.length <= 64);
    if (type === "RAW") {
      t.deepEqual(Object.keys(rest), ["value"]);
      return;
    }
    t.is(type, "APPLY");
    t.deepEqual(Object.keys(rest), ["path", "argumentList"]);
    const { path, argumentList } = rest as { path: unknown[]; argumentList: object[] };
    t.is(path.length, 1);
    t.true(HOST_METHODS.has(String(path[0])));
    t.true(argumentList.length <= 3);
    for (const argument of argumentList) {
      t.deepEqual(Object.keys(argument), ["type", "value"]);
      t.is((argument as { type: unknown }).type, "RAW");
    }
  },
  { numRuns: 2000 },
);

function sparse(length: number): unknown[] {
  const array: unknown[] = [];
  array.length = length;
  return array;
}
