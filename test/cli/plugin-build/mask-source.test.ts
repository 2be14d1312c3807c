import test from "ava";
import { maskSource } from "../../../src/cli/plugin-build/mask-source.js";

for (const [title, source, masked] of [
  ["comments", `a(); // b()\n/* c()\n d() */ e();`, `a();       \n      \n        e();`],
  ["texts", `a("b()", 'c()')`, `a("___", '___')`],
  ["a quote within the other kind", `a("it's", b)`, `a("____", b)`],
  ["escaped quotes", String.raw`a("\"b()")`, `a("_____")`],
  ["templates over lines", "a(`b()\nc()`)", "a(`___\n___`)"],
  ["a regular expression with quotes", `x = /["'/]b()/; c()`, `x = /________/; c()`],
  ["no division", `a = b / c() / d`, `a = b / c() / d`],
  ["what looks like a comment in a text", `a("http://b"); c()`, `a("________"); c()`],
] as const) {
  test(`maskSource() masks ${title} and leaves the code where it was`, (t) => {
    t.is(maskSource(source), masked);
    t.is(masked.length, source.length);
  });
}
