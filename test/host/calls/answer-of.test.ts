import { inspect } from "node:util";
import test from "ava";
import { Operation } from "../../../src/contract/call-frames.js";
import type { OperationName } from "../../../src/contract/call-frames.js";
import { isAnswerOf, maxItemsOf } from "../../../src/host/calls/answer-of.js";
import type { CallResult } from "../../../src/host/calls/call.js";
import { makeRequest } from "./make-call.js";

const ENTRY = { value: Uint8Array.of(1) };
const PAGE = { keys: ["k"], cursor: "next" };

/** What each result may answer; a `getMany` asks for two keys here. */
const ANSWERS: [result: CallResult, operations: OperationName[]][] = [
  [undefined, ["get", "put", "purge", "putMany", "purgeMany", "clear", "ping"]],
  [ENTRY, ["get"]],
  [[ENTRY, undefined], ["getMany"]],
  [[undefined], []],
  [[], []],
  [PAGE, ["scan"]],
];

const SUBJECTS: Partial<Record<OperationName, unknown>> = {
  getMany: [
    ["c", "a"],
    ["c", "b"],
  ],
  scan: { category: "c", limit: 100 },
};

for (const [result, operations] of ANSWERS) {
  for (const name of Object.keys(Operation) as OperationName[]) {
    const isAnswer = operations.includes(name);
    test(`isAnswerOf() ${isAnswer ? "admits" : "refuses"} ${inspect(result)} for ${name}`, (t) => {
      const request = makeRequest({ operation: Operation[name], subject: SUBJECTS[name] ?? "k" });
      t.is(isAnswerOf(request, result), isAnswer);
    });
  }
}

test("maxItemsOf() is the count of keys of a getMany, the limit of a scan, and 0 for others", (t) => {
  t.is(maxItemsOf(makeRequest({ operation: Operation.getMany, subject: SUBJECTS.getMany })), 2);
  t.is(maxItemsOf(makeRequest({ operation: Operation.scan, subject: SUBJECTS.scan })), 100);
  t.is(maxItemsOf(makeRequest({ operation: Operation.get, subject: "many characters" })), 0);
});
