import test from "ava";

import { timeText } from "../../src/cli/time-text.js";

test("timeText() is a time of this machine to the second", (t) => {
  t.is(timeText(new Date(2026, 0, 2, 3, 4, 5, 678).getTime()), "2026-01-02 03:04:05");
  t.is(timeText(new Date(2026, 11, 31, 23, 59, 59).getTime()), "2026-12-31 23:59:59");
});

test("timeText() takes whatever a server sends", (t) => {
  t.is(timeText(undefined), "-");
  for (const timeMs of [Number.NaN, Infinity, Number.MAX_SAFE_INTEGER]) t.is(timeText(timeMs), "?");
});
