import { fc, testProp } from "@fast-check/ava";
import test from "ava";

import { entryForTerminal, entryOrigin, entryValue } from "../../../src/cli/remote/print-entry.js";
import type { ShownEntry } from "../../../src/cli/remote/print-entry.js";

const ENTRY: ShownEntry = { source: "backend", isHidden: false };
const BYTES = Buffer.from([0, 255, 10, 13, 128]);

test("entryValue() is text and bytes as they were stored, and anything else as JSON", (t) => {
  t.is(entryValue({ ...ENTRY, text: "a\u001b[31m\r\nb" }), "a\u001b[31m\r\nb");
  t.is(entryValue({ ...ENTRY, text: "" }), "");
  t.deepEqual(entryValue({ ...ENTRY, base64: BYTES.toString("base64") }), BYTES);
  t.is(entryValue({ ...ENTRY, json: { a: "\u009b2J" } }), '{\n  "a": "\\u009b2J"\n}\n');
  for (const json of [null, false, 0, ""]) t.is(entryValue({ ...ENTRY, json }), `${JSON.stringify(json)}\n`);
});

test("entryValue() fails where the server does not show it", (t) => {
  for (const hidden of [{}, { bytes: 70_000 }]) {
    t.throws(() => entryValue({ ...ENTRY, ...hidden, isHidden: true }), {
      message: "Cannot print the value: it is too large, or no JSON data",
    });
  }
});

test("entryForTerminal() is whole lines, blanks and tabs included", (t) => {
  t.is(entryForTerminal({ ...ENTRY, text: "  a\n\tb" }), "  a\n\tb\n");
  t.is(entryForTerminal({ ...ENTRY, text: "a\r\nb\r\n" }), "a\nb\n");
  t.is(entryForTerminal({ ...ENTRY, json: [1] }), "[\n  1\n]\n");
});

test("entryForTerminal() fails for what is no text, and says what to do", (t) => {
  t.throws(() => entryForTerminal({ ...ENTRY, base64: "AP8=" }), {
    message: "Cannot print the value: it is no text: redirect the output to a file",
  });
  t.throws(() => entryForTerminal({ ...ENTRY, contentType: "text/plain", isHidden: true }), {
    message: "Cannot print the value: it is large: redirect the output to a file",
  });
  t.throws(() => entryForTerminal({ ...ENTRY, isHidden: true }), { message: /or no JSON data$/ });
});

testProp(
  "entryForTerminal() has nothing that drives a terminal, whatever was stored",
  [fc.string({ unit: "binary" }), fc.boolean()],
  (t, value, isText) => {
    const text = entryForTerminal({ ...ENTRY, ...(isText ? { text: value } : { json: { [value]: value } }) });
    t.notRegex(text, /[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
  },
);

test("entryOrigin() tells where the value came from, without what drives a terminal", (t) => {
  const now = Date.now();
  const entry = { ...ENTRY, storedAt: now - 5000, expiresAt: now + 600_000, contentType: "a\u001b[31m/b" };
  t.regex(entryOrigin(entry), /^from backend, stored \d+ s ago, fresh for 10 min, a \[31m\/b$/);
  t.is(entryOrigin(ENTRY), "from backend");
});
