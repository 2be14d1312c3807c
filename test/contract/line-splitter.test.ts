import test from "ava";
import * as fc from "fast-check";
import { LineSplitter } from "../../src/contract/line-splitter.js";

/** The lines of text that comes in these pieces. */
function split(...pieces: string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const piece of pieces) splitter.push(piece);
  return lines;
}

test("LineSplitter ends a line at a line feed, a carriage return or both, in one piece or two", (t) => {
  t.deepEqual(split("a\nb\r\nc\rd\n"), ["a", "b", "c", "d"]);
  t.deepEqual(split("a\r", "\nb\n"), ["a", "b"]);
});

test("LineSplitter leaves out blank lines", (t) => {
  t.deepEqual(split("\n\na\n\n", "\n"), ["a"]);
});

test("LineSplitter keeps a line that has begun until it ends or is flushed", (t) => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  splitter.push("a");
  splitter.push("b");
  t.deepEqual(lines, []);
  splitter.flush();
  splitter.flush();
  t.deepEqual(lines, ["ab"]);
});

test("LineSplitter keeps the beginning of an overlong line and counts the rest", (t) => {
  const pieces = Array.from({ length: 1000 }, () => "x".repeat(100));
  t.deepEqual(split(...pieces, "\nnext\n"), [`${"x".repeat(8000)}… 92000 more characters`, "next"]);
});

test("LineSplitter makes the same lines of a text however it is cut", (t) => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r") });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const expected = pieces.join("").split(/[\r\n]+/);
      expected.pop();
      t.deepEqual(
        split(...pieces),
        expected.filter((line) => line !== ""),
      );
    }),
  );
});
