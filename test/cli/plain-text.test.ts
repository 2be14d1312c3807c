import { fc, testProp } from "@fast-check/ava";
import test from "ava";

import { plainText } from "../../src/cli/plain-text.js";

test("plainText() takes out what would drive a terminal", (t) => {
  t.is(plainText("a\u001b[31mb\nc\u0007\u202ed", 100), "a [31mb c d");
  t.is(plainText("\u009b2J", 100), "2J");
  t.is(plainText("Zoë 日本", 100), "Zoë 日本");
});

test("plainText() cuts what is too long, and marks it", (t) => {
  t.is(plainText("abcdef", 6), "abcdef");
  t.is(plainText("abcdefg", 6), "abcde…");
});

testProp(
  "plainText() yields one line of at most so many characters",
  [fc.string({ unit: "binary" })],
  (t, text) => {
    const line = plainText(text, 20);
    t.true(line.length <= 20);
    t.notRegex(line, /\p{Cc}/u);
  },
);
