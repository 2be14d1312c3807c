import test from "ava";

import { wholeNumber } from "../../../../src/host/config/schema/whole-number.js";

test("wholeNumber() takes both bounds", (t) => {
  const schema = wholeNumber(2, 4);
  t.deepEqual(
    [2, 3, 4].map((value) => schema.parse(value)),
    [2, 3, 4],
  );
  t.is(wholeNumber(0).parse(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
});

for (const value of [1, 5, 2.5, "3", Number.NaN, Number.MAX_SAFE_INTEGER + 1, null]) {
  test(`wholeNumber() refuses ${JSON.stringify(value)} (${typeof value}), and names the bounds that there are`, (t) => {
    t.deepEqual(mistakes(wholeNumber(2, 4), value), ["expected a whole number from 2 to 4"]);
    if (value !== 5) t.deepEqual(mistakes(wholeNumber(2), value), ["expected a whole number of at least 2"]);
  });
}

function mistakes(schema: ReturnType<typeof wholeNumber>, value: unknown): string[] | undefined {
  const messages = schema.safeParse(value).error?.issues.map(({ message }) => message);
  // A number can be mistaken in two ways, of which both say the same.
  return messages && [...new Set(messages)];
}
