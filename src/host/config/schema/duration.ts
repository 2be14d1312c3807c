import { z } from "zod";
import {
  DURATION_FORM,
  DURATION_PATTERN,
  MAX_DURATION_MS,
  readDuration,
  type DurationReading,
} from "../read-duration.js";
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

/** The two forms as the JSON Schema tells them; what decides is `read`. */
function durationSchema(
  text: Readonly<Record<string, string>>,
  number: Readonly<Record<string, number>>,
  read: (value: unknown) => DurationReading,
): z.ZodType<number, string | number> {
  return z
    .union([z.string().meta(text), z.number().meta(number)], { error: `expected ${DURATION_FORM}` })
    .transform((value, context) => {
      const reading = read(value);
      if ("ms" in reading) return reading.ms;
      context.addIssue({ code: "custom", message: `expected ${reading.expected}`, input: value });
      return z.NEVER;
    });
}
