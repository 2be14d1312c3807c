import test from "ava";
import * as fc from "fast-check";
import { describeValue } from "../../../src/host/config/describe-value.js";

class Connection {
  readonly host = "localhost";
}

const DESCRIBED: readonly (readonly [unknown, string])[] = [
  [undefined, "nothing"],
  [null, "null"],
  [true, "true"],
  [5.5, "5.5"],
  [Number.NaN, "NaN"],
  [10n, "10n"],
  ["fast", '"fast"'],
  ['a "b"\n', String.raw`"a \"b\"\n"`],
  [[1, "a"], '[1,"a"]'],
  [{ a: { b: null } }, '{"a":{"b":null}}'],
  [Object.create(null), "{}"],
  [new Connection(), "an instance of Connection"],
  [new Map(), "an instance of Map"],
  [() => 5, "a function"],
  [Symbol("a"), "a symbol"],
];

for (const [value, text] of DESCRIBED) {
  test(`describeValue() describes a value as ${text}`, (t) => {
    t.is(describeValue(value), text);
  });
}

test("describeValue() shortens what is long", (t) => {
  t.is(describeValue("x".repeat(61)), `"${"x".repeat(59)}…"`);
  t.is(describeValue("x".repeat(60)), `"${"x".repeat(60)}"`);
  t.is(describeValue(Array.from({ length: 100 }, () => 0)).length, 60);
});

test("describeValue() hides before it shortens, so that no half of a secret is left", (t) => {
  const secret = "s3cret-s3cret-s3cret";
  const hide = (text: string): string => text.replaceAll(secret, "***");
  t.is(describeValue("x".repeat(50) + secret, hide), `"${"x".repeat(50)}***"`);
  t.is(describeValue({ a: "x".repeat(40) + secret }, hide), `{"a":"${"x".repeat(40)}***"}`);
});

test("describeValue() describes what cannot be put in JSON", (t) => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  t.is(describeValue(cycle), "an object");
  t.is(describeValue([5n]), "an array");
  const nameless: unknown = Object.setPrototypeOf({}, Object.setPrototypeOf({}, null));
  t.is(describeValue(nameless), "an object");
});

test("describeValue() never throws, and answers one line of bounded length", (t) => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      (value) => {
        const text = describeValue(value);
        t.true(text.length > 0 && text.length <= 400);
        t.notRegex(text, /\n/);
      },
    ),
  );
});
