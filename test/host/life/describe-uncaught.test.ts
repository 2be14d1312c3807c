import test from "ava";
import { fromWireError } from "../../../src/contract/wire-error.js";
import { describeUncaught } from "../../../src/host/life/describe-uncaught.js";

test("an error that nobody caught is a crash, with its stack and causes", (t) => {
  const wire = { name: "TypeError", message: "no", stack: "at", cause: { name: "Error", message: "why" } };
  const end = describeUncaught(wire, fromWireError(wire));
  t.like(end, { kind: "crash", message: "Uncaught: no", stack: "at" });
  t.is(((end.cause as Error).cause as Error).message, "why");
});

test("one without a stack has none in its end", (t) => {
  const wire = { name: "Error", message: "no" };
  t.false("stack" in describeUncaught(wire, fromWireError(wire)));
});
