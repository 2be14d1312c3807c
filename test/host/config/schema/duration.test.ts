import test from "ava";

import { durationWithinDay } from "../../../../src/host/config/schema/duration.js";

const DAY_MS = 86_400_000;

for (const [value, durationMs] of [
  ["1ms", 1],
  [1, 1],
  ["1.5s", 1500],
  ["1d", DAY_MS],
  ["24h", DAY_MS],
  [DAY_MS, DAY_MS],
] as const) {
  test(`durationWithinDay takes ${JSON.stringify(value)}`, (t) => {
    t.is(durationWithinDay.parse(value), durationMs);
  });
}

for (const value of ["0ms", 0, 0.5, -1, "1.001d", DAY_MS + 1, "soon", "", Number.NaN, true, null, ["1s"]]) {
  test(`durationWithinDay refuses ${JSON.stringify(value)} (${typeof value}), and says what it takes`, (t) => {
    const messages = durationWithinDay.safeParse(value).error?.issues.map(({ message }) => message);
    t.deepEqual(messages, ['expected a duration from "1ms" to "1d"']);
  });
}
