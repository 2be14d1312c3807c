import test from "ava";
import { Operation } from "../../../src/contract/call-frames.js";
import { PluginLoadError } from "../../../src/contract/errors.js";
import { PendingCall } from "../../../src/host/calls/call.js";
import { describeFailure } from "../../../src/host/plugins/plugin-failure.js";
import { toLoadError } from "../../../src/host/plugins/to-load-error.js";
import { makeRequest } from "../calls/make-call.js";

const call = new PendingCall(makeRequest({ operation: Operation.put, category: "player" }), 1, 0, 500);
const mask = (text: string): string => text.replaceAll("s3cret", "***");

test("describeFailure() names the one call that may have done it, and masks texts", (t) => {
  const end = {
    kind: "hang",
    message: "blocked by s3cret",
    stack: "at s3cret",
    cause: new Error("m"),
  } as const;
  t.deepEqual(describeFailure(end, [call], 1234, mask), {
    at: 1234,
    kind: "hang",
    message: "blocked by ***",
    stack: "at ***",
    call: { operation: "put", category: "player" },
  });
});

test("describeFailure() names no call where there is none or more than one", (t) => {
  const end = { kind: "crash", message: "m" } as const;
  for (const suspects of [[], [call, call]]) {
    t.deepEqual(describeFailure(end, suspects, 1, mask), { at: 1, kind: "crash", message: "m" });
  }
});

test("toLoadError() keeps a PluginLoadError and makes anything else the cause of one", (t) => {
  const own = new PluginLoadError("Cannot load");
  t.is(toLoadError("redis", own), own);
  const cause = new Error("EAGAIN");
  const made = toLoadError("redis", cause);
  t.is(made.message, 'Cannot start plugin "redis": EAGAIN');
  t.like(made, { cause, pluginName: "redis" });
  t.is(toLoadError("redis", null).message, 'Cannot start plugin "redis": Non-error thrown: null');
});
