import { z } from "zod";
import { DURATION_FORM, DURATION_PATTERN, MAX_DURATION_MS, readDuration } from "../read-duration.js";

/** A duration in the configuration, as `parseDuration` takes it; its output is in milliseconds. */
export const duration: z.ZodType<number, string | number> = z
  .union(
    [
      z.string().meta({ pattern: DURATION_PATTERN.source }),
      z.number().meta({ minimum: 0, maximum: MAX_DURATION_MS }),
    ],
    { error: `expected ${DURATION_FORM}` },
  )
  .transform((value, context) => {
    const reading = readDuration(value);
    if ("ms" in reading) return reading.ms;
    context.addIssue({ code: "custom", message: `expected ${reading.expected}`, input: value });
    return z.NEVER;
  });

/** A {@link duration} above 0: for limits and life times, where 0 could be read as "none" and as "at once". */
export const positiveDuration: z.ZodType<number, string | number> = duration.refine(
  (durationMs) => durationMs > 0,
  "expected a duration above 0",
);
