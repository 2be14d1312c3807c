import test from "ava";

import { jsonLine, jsonText } from "../../src/cli/json-text.js";

const VALUE = { name: "a\u001b[31m\u007f\u009b\u202eb", text: "ä \\u009b 🦌", list: [1, null] };

for (const [name, write] of Object.entries({ jsonText, jsonLine })) {
  test(`${name}() writes what reads the same, without anything that drives a terminal`, (t) => {
    const text = write(VALUE);
    t.deepEqual(JSON.parse(text), VALUE);
    // oxlint-disable-next-line no-control-regex -- They are what must not be there.
    t.notRegex(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    t.true(text.includes("ä"), "what is fit to be read is left");
  });
}

test("jsonLine() is one line, jsonText() several", (t) => {
  t.false(jsonLine(VALUE).includes("\n"));
  t.true(jsonText(VALUE).includes("\n"));
});
