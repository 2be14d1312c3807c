import { inspect } from "node:util";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { describeThreadEnd } from "../../../src/host/life/describe-thread-end.js";

test("describeThreadEnd() keeps an error's message, its stack and the error itself", (t) => {
  const error = new RangeError("too far");
  t.deepEqual(describeThreadEnd(error), {
    kind: "crash",
    message: "Uncaught: too far",
    stack: error.stack ?? "",
    cause: error,
  });
});

test("describeThreadEnd() tells the end by the hard heap limit", (t) => {
  const error = Object.assign(new Error("Worker terminated"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
  t.deepEqual(describeThreadEnd(error), {
    kind: "memory",
    message: "The plugin reached the hard heap limit of its thread",
    cause: error,
  });
});

for (const thrown of [null, undefined, 0, "text", Symbol("s"), 1n]) {
  test(`describeThreadEnd() says that ${inspect(thrown)} was thrown`, (t) => {
    const end = describeThreadEnd(thrown);
    t.is(end.kind, "crash");
    t.is(end.message, `Uncaught: Non-error thrown: ${String(thrown)}`);
    t.true(end.cause instanceof Error);
    t.false("stack" in end);
  });
}

testProp("describeThreadEnd() makes an end of anything thrown", [fc.anything()], (t, thrown) => {
  const { kind, message, stack, cause } = describeThreadEnd(thrown);
  t.true(kind === "crash" || kind === "memory");
  t.true(message.length > 0);
  t.true(stack === undefined || typeof stack === "string");
  t.true(cause instanceof Error);
});
