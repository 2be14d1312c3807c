import { z } from "zod";
import type { RestartLimits } from "../config.js";
import { DEFAULT_BACKOFF_MS, DEFAULT_BURST, DEFAULT_MAX_BACKOFF_MS, DEFAULT_WINDOW_MS } from "../defaults.js";
import { duration, positiveDuration } from "./duration.js";
import { wholeNumber } from "./whole-number.js";

/** Each failure within the window is remembered; who wants more than this wants 0, unlimited. */
const MAX_BURST = 1000;

/** `plugins.<name>.restart`. */
export const restartSchema: z.ZodType<RestartLimits> = z
  .strictObject({
    burst: wholeNumber(0, MAX_BURST)
      .default(DEFAULT_BURST)
      .describe("Failures within the window after which the plugin is quarantined; 0: never"),
    window: positiveDuration.prefault(DEFAULT_WINDOW_MS).describe("How long a failure counts"),
    backoff: duration
      .prefault(DEFAULT_BACKOFF_MS)
      .describe("The first delay before a restart, doubled each time; 0: none"),
    maxBackoff: positiveDuration
      .prefault(DEFAULT_MAX_BACKOFF_MS)
      .describe("The longest delay before a restart, and between trials of a quarantined plugin"),
  })
  .transform(({ burst, window, backoff, maxBackoff }) => ({
    burst,
    windowMs: window,
    backoffMs: backoff,
    maxBackoffMs: maxBackoff,
  }));
