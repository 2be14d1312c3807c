import test from "ava";
import * as fc from "fast-check";
import { describeValue } from "../../../src/host/config/describe-value.js";
import { parseDuration } from "../../../src/host/config/parse-duration.js";
import { MAX_DURATION_MS } from "../../../src/host/config/read-duration.js";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const READ: readonly (readonly [string | number, number])[] = [
  ["500ms", 500],
  ["10s", 10_000],
  ["5m", 300_000],
  ["888h", 3_196_800_000],
  ["7d", 604_800_000],
  ["1.5h", 5_400_000],
  ["1.1s", 1_100],
  ["4.35s", 4_350],
  ["0.25ms", 0.25],
  ["0s", 0],
  ["3650d", MAX_DURATION_MS],
  [0, 0],
  [1234.5, 1234.5],
  [MAX_DURATION_MS, MAX_DURATION_MS],
];

for (const [value, durationMs] of READ) {
  test(`parseDuration() reads ${JSON.stringify(value)} as ${durationMs} ms`, (t) => {
    t.is(parseDuration(value), durationMs);
  });
}

const REFUSED: readonly (string | number)[] = [
  "",
  "5",
  "fast",
  "5 s",
  " 5s",
  "5s\n",
  "-5s",
  "+5s",
  ".5s",
  "5.s",
  "1e3s",
  "5S",
  "5w",
  "1h30m",
  "9999999999999999s",
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "3651d",
  MAX_DURATION_MS + 1,
];

for (const value of REFUSED) {
  test(`parseDuration() refuses ${describeValue(value)} with a RangeError`, (t) => {
    t.throws(() => parseDuration(value), {
      instanceOf: RangeError,
      message: /^Cannot parse duration: /,
    });
  });
}

for (const value of [undefined, null, true, {}, ["5s"], 5n]) {
  test(`parseDuration() refuses ${describeValue(value)} with a TypeError`, (t) => {
    // As JavaScript callers can.
    t.throws(() => Reflect.apply(parseDuration, undefined, [value]), { instanceOf: TypeError });
  });
}

test("parseDuration() says what it expected and what it received", (t) => {
  t.throws(() => parseDuration("fast"), {
    message:
      'Cannot parse duration: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received "fast"',
  });
  t.throws(() => parseDuration(-1), {
    message: "Cannot parse duration: expected a duration of 0 or more: received -1",
  });
});

test("parseDuration() reads back every whole number of every unit, as text and as a number", (t) => {
  for (const [unit, factor] of Object.entries(UNITS)) {
    fc.assert(
      fc.property(fc.nat({ max: Math.floor(MAX_DURATION_MS / factor) }), (count) => {
        t.is(parseDuration(`${count}${unit}`), count * factor);
        t.is(parseDuration(count * factor), count * factor);
      }),
    );
  }
});

test("parseDuration() answers a number from 0 to the maximum or throws a RangeError, for any text", (t) => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,20}\.?\d{0,12}(?:ms|s|m|h|d|w)?$/));
  fc.assert(
    fc.property(text, (value) => {
      try {
        const durationMs = parseDuration(value);
        t.true(durationMs >= 0 && durationMs <= MAX_DURATION_MS);
      } catch (error) {
        t.true(error instanceof RangeError);
      }
    }),
  );
});
