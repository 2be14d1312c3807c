import test from "ava";
import { readEnding } from "../../../src/host/life/read-ending.js";

test("readEnding() reads how a process says that it exits, with an error or without", (t) => {
  const error = { name: "Error", message: "no" };
  t.deepEqual(readEnding({ type: "ENDING", code: 3 }), { type: "ENDING", code: 3 });
  t.deepEqual(readEnding({ type: "ENDING", code: 1, error }), { type: "ENDING", code: 1, error });
});

test("readEnding() takes nothing else for that", (t) => {
  for (const message of [
    undefined,
    null,
    "ENDING",
    {},
    { type: "RAW", code: 0 },
    { type: "ENDING" },
    { type: "ENDING", code: "0" },
    { type: "ENDING", code: 0.5 },
    { type: "ENDING", code: 0, error: "no error" },
  ])
    t.is(readEnding(message), undefined);
});
