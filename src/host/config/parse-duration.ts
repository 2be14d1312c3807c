import { describeValue } from "./describe-value.js";
import { readDuration } from "./read-duration.js";

/**
 * Answers a duration in milliseconds.
 *
 * @param value a decimal number with one of the units `ms`, `s`, `m`, `h` and `d`, as in `"500ms"`, `"1.5h"` and
 * `"7d"`, or a number of milliseconds. From 0 to 10 years.
 * @throws {TypeError} the value is neither a string nor a number.
 * @throws {RangeError} it is one, but no duration, or below 0, or longer than 10 years.
 */
export function parseDuration(value: string | number): number {
  const reading = readDuration(value);
  if ("ms" in reading) return reading.ms;
  const message = `Cannot parse duration: expected ${reading.expected}: received ${describeValue(value)}`;
  if (typeof value === "string" || typeof value === "number") throw new RangeError(message);
  throw new TypeError(message);
}
