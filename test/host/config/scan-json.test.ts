import test from "ava";
import * as fc from "fast-check";
import { MAX_DEPTH } from "../../../src/host/config/json-value.js";
import { scanJson, type JsonNode } from "../../../src/host/config/scan-json.js";

test("scanJson() tells the line of every key and item", (t) => {
  const scan = scanJson('\n{\n  "a": 1, "b": {\n    "c":\n      [ true,\n null ]\r\n  }\n}\n');
  t.deepEqual("root" in scan && linesOf(scan.root), {
    "": 2,
    ".a": 3,
    ".b": 3,
    ".b.c": 4,
    ".b.c.0": 5,
    ".b.c.1": 6,
  });
  t.deepEqual("duplicates" in scan && scan.duplicates, []);
});

test("scanJson() reports keys that are there twice, escaped or not", (t) => {
  const scan = scanJson(String.raw`{"a": {"b": 1, "\u0062": 2}, "a": 3}`);
  t.deepEqual("duplicates" in scan && scan.duplicates, [["a", "b"], ["a"]]);
});

const BROKEN: readonly (readonly [string, number, number, string])[] = [
  ["", 1, 1, "expected a value: found the end of the file"],
  ["{", 1, 2, "expected a key in double quotation marks: found the end of the file"],
  ['{"a":}', 1, 6, 'expected a value: found "}"'],
  ['{"a" 1}', 1, 6, 'expected ":" after the key: found "1"'],
  [
    '{\n  "a": 1,\n}',
    3,
    1,
    'expected a key in double quotation marks: found "}" (JSON has no comma after the last)',
  ],
  ["[1, ]", 1, 5, 'expected a value: found "]" (JSON has no comma after the last)'],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected "," or "}" after the value: found "\\""'],
  ["[1 2]", 1, 4, 'expected "," or "]" after the value: found "2"'],
  ["{} x", 1, 4, 'expected the end of the file: found "x"'],
  [
    "{'a': 1}",
    1,
    2,
    'expected a key in double quotation marks: found "\'" (JSON knows double quotation marks only)',
  ],
  ["{\n// no\n}", 2, 1, 'expected a key in double quotation marks: found "/" (JSON has no comments)'],
  ['"a\nb"', 1, 3, 'expected the string to end with ": found "\\n"'],
  [String.raw`"a\x"`, 1, 3, 'expected an escape that JSON knows: found "\\\\"'],
  ["01", 1, 2, 'expected the end of the file: found "1"'],
  ["nul", 1, 1, 'expected a value: found "n"'],
];

for (const [text, line, column, problem] of BROKEN) {
  test(`scanJson() finds what is wrong with ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(scanJson(text), { line, column, problem });
  });
}

test("scanJson() stops at nesting that is too deep, however deep it is", (t) => {
  t.true("root" in scanJson("[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH)));
  const scan = scanJson("[".repeat(1_000_000));
  t.is("problem" in scan && scan.problem, `expected at most ${MAX_DEPTH} levels of nesting: found "["`);
});

test("scanJson() takes a long text in time", (t) => {
  t.true("root" in scanJson(JSON.stringify('\\"a'.repeat(200_000))));
});

test("scanJson() accepts exactly what JSON.parse accepts", (t) => {
  const json = fc.json({ maxDepth: 5 });
  const nearly = fc.tuple(json, fc.nat(), fc.constantFrom("", ...'"\\{],:0-e \n\tu'.split("")));
  const text = fc.oneof(
    json,
    nearly.map(([whole, nat, put]) => {
      const at = nat % (whole.length + 1);
      return whole.slice(0, at) + put + whole.slice(at + 1);
    }),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n01-.eEtrufalsn'.split("")) }),
  );
  fc.assert(
    fc.property(text, (each) => {
      t.is("root" in scanJson(each), isJson(each), each);
    }),
    { numRuns: 2000 },
  );
});

function linesOf(node: JsonNode, path = ""): Record<string, number> {
  const lines: Record<string, number> = { [path]: node.line };
  for (const [key, child] of node.children ?? []) Object.assign(lines, linesOf(child, `${path}.${key}`));
  return lines;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
