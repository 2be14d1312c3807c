import { fc, testProp } from "@fast-check/ava";
import test from "ava";

import { printableLine } from "../../src/cli/printable-line.js";

test("printableLine() keeps text, line breaks and tabs", (t) => {
  for (const text of ['a "quoted" \\ path\\u001b', "line\n\tline", "Zoë 日本 😀", "\\\\u0007"]) {
    const line = JSON.stringify({ msg: text });
    t.is(printableLine(line), line);
  }
});

test("printableLine() takes the escape from every sequence that would drive a terminal", (t) => {
  const line = JSON.stringify({ msg: "\u001b[2J\r\b\u0000\u007f\u009b2J\u202e" });
  t.deepEqual(JSON.parse(printableLine(line)), { msg: "\ufffd[2J\ufffd\ufffd\ufffd\ufffd\ufffd2J\ufffd" });
});

testProp(
  "printableLine() yields JSON of the same form without control characters",
  [fc.string({ unit: "binary" })],
  (t, text) => {
    const parsed: unknown = JSON.parse(printableLine(JSON.stringify([text])));
    t.true(Array.isArray(parsed) && typeof parsed[0] === "string");
    t.notRegex(String(parsed), /[^\P{Cc}\n\t]/u);
  },
);
