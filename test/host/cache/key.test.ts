import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { isStockpileError } from "../../../src/contract/errors.js";
import { checkCategoryName, checkKey } from "../../../src/host/cache/key.js";

for (const key of ["a", " ", "\0", "ä", "🦊", "../..", "a".repeat(1024), "ä".repeat(512), "🦊".repeat(256)]) {
  test(`checkKey() takes a string of ${key.length} characters beginning with ${JSON.stringify(key[0])}`, (t) => {
    t.notThrows(() => checkKey(key));
  });
}

const REFUSED_KEYS: readonly (readonly [string, unknown, RegExp])[] = [
  ["an empty string", "", /expected 1 to 1024 bytes of UTF-8: received 0$/],
  ["1,025 ASCII characters", "a".repeat(1025), /received 1025$/],
  ["513 two-byte characters", "ä".repeat(513), /received 1026$/],
  ["342 three-byte characters", "€".repeat(342), /received 1026$/],
  ["a lone high surrogate", "a\ud83e", /expected well-formed Unicode: received a lone surrogate/],
  ["a lone low surrogate", "\udd8ab", /expected well-formed Unicode/],
  ["a lone surrogate in a long key", `${"a".repeat(400)}\ud83e`, /expected well-formed Unicode/],
  ["undefined", undefined, /expected a string: received undefined$/],
  ["null", null, /expected a string: received object$/],
  ["a number", 7, /expected a string: received number$/],
  ["a String object", Object("a"), /expected a string: received object$/],
];
for (const [what, key, message] of REFUSED_KEYS) {
  test(`checkKey() refuses ${what}`, (t) => {
    const error = t.throws(() => checkKey(key), { message });
    t.true(isStockpileError(error) && error.code === "STOCKPILE_KEY_INVALID");
  });
}

testProp(
  "checkKey() takes exactly the well-formed strings of 1 to 1,024 bytes",
  [
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      maxLength: 1100,
    }),
  ],
  (t, key) => {
    const bytes = Buffer.byteLength(key);
    const isRight = bytes >= 1 && bytes <= 1024 && Buffer.from(key).toString() === key;
    if (isRight) t.notThrows(() => checkKey(key));
    else t.throws(() => checkKey(key));
  },
);

testProp(
  "checkKey() counts bytes, not characters",
  [fc.constantFrom("a", "ä", "€", "🦊"), fc.integer({ min: 1, max: 1100 })],
  (t, character, count) => {
    const key = character.repeat(count);
    if (Buffer.byteLength(key) <= 1024) t.notThrows(() => checkKey(key));
    else t.throws(() => checkKey(key));
  },
);

for (const name of ["player", "0", "a.b_c-d", "a".repeat(64)]) {
  test(`checkCategoryName() takes ${name}`, (t) => {
    t.notThrows(() => checkCategoryName(name));
  });
}

for (const name of ["", "_stockpile", "-a", ".", "Player", "a b", "ä", "a\n", "a".repeat(65), undefined, 7]) {
  test(`checkCategoryName() refuses ${JSON.stringify(name)}`, (t) => {
    const error = t.throws(() => checkCategoryName(name), {
      message: /^Cannot use category name: expected /,
    });
    t.true(isStockpileError(error) && error.code === "STOCKPILE_KEY_INVALID");
  });
}
