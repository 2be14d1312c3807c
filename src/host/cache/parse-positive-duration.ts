import { describeValue } from "../config/describe-value.js";
import { readPositiveDuration } from "../config/read-positive-duration.js";

/**
 * Answers a duration in milliseconds, as `parseDuration` does, and refuses 0 as the configuration does: it could be
 * read as "none" and as "at once".
 * @param name What it is the duration of, for the message.
 * @throws {TypeError} the value is neither a string nor a number.
 * @throws {RangeError} it is no duration, or not above 0.
 */
export function parsePositiveDuration(name: string, value: string | number): number {
  const reading = readPositiveDuration(value);
  if ("ms" in reading) return reading.ms;
  const message = `Cannot use "${name}": expected ${reading.expected}: received ${describeValue(value)}`;
  if (typeof value === "string" || typeof value === "number") throw new RangeError(message);
  throw new TypeError(message);
}
