import { z } from "zod";
import {
  DURATION_FORM,
  DURATION_PATTERN,
  MAX_DURATION_MS,
  readDuration,
  type DurationReading,
} from "../read-duration.js";
import { DAY_MS, DURATION_WITHIN_DAY_FORM, readDurationWithinDay } from "../read-duration-within-day.js";
import { readPositiveDuration } from "../read-positive-duration.js";

/** A text of the pattern whose number is not 0. */
const POSITIVE_PATTERN = DURATION_PATTERN.source.replace("^", String.raw`^(?!0+(?:\.0+)?[a-z])`);

/** A duration in the configuration, as `parseDuration` takes it; its output is in milliseconds. */
export const duration: z.ZodType<number, string | number> = durationSchema(
  { pattern: DURATION_PATTERN.source },
  { minimum: 0, maximum: MAX_DURATION_MS },
  readDuration,
);

/** A {@link duration} above 0: for limits and life times, where 0 could be read as "none" and as "at once". */
export const positiveDuration: z.ZodType<number, string | number> = durationSchema(
  { pattern: POSITIVE_PATTERN },
  { exclusiveMinimum: 0, maximum: MAX_DURATION_MS },
  readPositiveDuration,
);

/** A {@link duration} from 1 ms to a day: for limits on what a client waits for. */
export const durationWithinDay: z.ZodType<number, string | number> = durationSchema(
  { pattern: POSITIVE_PATTERN },
  { minimum: 1, maximum: DAY_MS },
  readDurationWithinDay,
  DURATION_WITHIN_DAY_FORM,
);

/**
 * The two forms as the JSON Schema tells them; what decides is `read`.
 * @param form what is expected in the place of what is neither text nor a number.
 */
function durationSchema(
  text: Readonly<Record<string, string>>,
  number: Readonly<Record<string, number>>,
  read: (value: unknown) => DurationReading,
  form: string = DURATION_FORM,
): z.ZodType<number, string | number> {
  return z
    .union([z.string().meta(text), z.number().meta(number)], { error: `expected ${form}` })
    .transform((value, context) => {
      const reading = read(value);
      if ("ms" in reading) return reading.ms;
      context.addIssue({ code: "custom", message: `expected ${reading.expected}`, input: value });
      return z.NEVER;
    });
}
