import test from "ava";
import { thrownMessage } from "../../../src/host/cache/thrown-message.js";

test("thrownMessage() answers an error's message", (t) => {
  t.is(thrownMessage(new TypeError("broken")), "broken");
});

for (const [thrown, message] of [
  [null, "null"],
  [undefined, "undefined"],
  ["text", "text"],
  [7, "7"],
  [Symbol("s"), "Symbol(s)"],
] as const) {
  test(`thrownMessage() describes ${message}, which is no error`, (t) => {
    t.is(thrownMessage(thrown), message);
  });
}

test("thrownMessage() survives values that throw when they are read", (t) => {
  t.is(thrownMessage(Object.create(null)), "a value that cannot be read");
  t.is(thrownMessage(Object.assign(new Error("x"), { message: 7 })), "a value that cannot be read");
});

test("thrownMessage() cuts what is long", (t) => {
  t.is(thrownMessage("x".repeat(10_000)).length, 512);
});
