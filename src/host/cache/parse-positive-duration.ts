import { describeValue } from "../config/describe-value.js";
import { parseDuration } from "../config/parse-duration.js";

/**
 * Answers a duration in milliseconds, as `parseDuration` does, and refuses 0 as the configuration does: it could be
 * read as "none" and as "at once".
 * @param name What it is the duration of, for the message.
 * @throws {TypeError} the value is neither a string nor a number.
 * @throws {RangeError} it is no duration, or not above 0.
 */
export function parsePositiveDuration(name: string, value: string | number): number {
  const durationMs = parseDuration(value);
  if (durationMs > 0) return durationMs;
  throw new RangeError(`Cannot use "${name}": expected a duration above 0: received ${describeValue(value)}`);
}
