import test from "ava";
import * as fc from "fast-check";
import { boundText } from "../../../src/worker/logs/bound-text.js";

test("boundText() leaves a text alone that fits", (t) => {
  t.is(boundText("abc", 3), "abc");
});

test("boundText() says how much it has cut", (t) => {
  t.is(boundText("x".repeat(1000), 100), `${"x".repeat(78)}… 922 more characters`);
});

test("boundText() keeps to its bound, its note included, and loses no character uncounted", (t) => {
  const text = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(
    fc.property(text, fc.integer({ min: 40, max: 200 }), (long, maxCharacters) => {
      const bounded = boundText(long, maxCharacters);
      if (long.length <= maxCharacters) return bounded === long;
      const [, kept = "", count] = /^(.*)… (\d+) more characters$/su.exec(bounded) ?? [];
      return (
        bounded.length <= maxCharacters &&
        long.startsWith(kept) &&
        kept.length + Number(count) === long.length
      );
    }),
  );
  t.pass();
});
