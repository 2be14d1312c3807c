import test from "ava";
import { Operation } from "../../../src/contract/call-frames.js";
import type { OperationCode } from "../../../src/contract/call-frames.js";
import { PendingCall } from "../../../src/host/calls/call.js";
import { groupCalls } from "../../../src/host/reports/group-calls.js";
import { makeRequest } from "../calls/make-call.js";

function call(category: string, startedAt: number, operation: OperationCode = Operation.get): PendingCall {
  return new PendingCall(makeRequest({ category, operation, subject: "secret key" }), 1, startedAt, 500);
}

test("groupCalls() counts calls by operation and category, with the age of the oldest, and tells no key", (t) => {
  const expired = call("player", 900);
  expired.expiredAt = 990;
  const calls = [call("player", 950), expired, call("skin", 999), call("player", 998, Operation.put)];
  const groups = groupCalls(calls, 1000);
  t.deepEqual(groups, [
    { operation: "get", category: "player", count: 2, expired: 1, oldestMs: 100 },
    { operation: "get", category: "skin", count: 1, expired: 0, oldestMs: 1 },
    { operation: "put", category: "player", count: 1, expired: 0, oldestMs: 2 },
  ]);
  t.false(JSON.stringify(groups).includes("secret"));
});

test("groupCalls() tells at most 100 groups, and goes on counting those", (t) => {
  const calls = Array.from({ length: 300 }, (_, index) => call(`category ${index % 150}`, 0));
  const groups = groupCalls(calls, 1);
  t.is(groups.length, 100);
  t.true(groups.every(({ count }) => count === 2));
});
