import { z } from "zod";
import type { CrashReportLimits } from "../config.js";
import { DEFAULT_CRASH_REPORTS_DIRECTORY, DEFAULT_CRASH_REPORTS_KEEP } from "../defaults.js";
import { wholeNumber } from "./whole-number.js";

/** More than anybody reads; the folder is listed at each report. */
const MAX_KEEP = 10_000;

/** `crashReports`. */
export const crashReportsSchema: z.ZodType<CrashReportLimits> = z.strictObject({
  directory: z
    .string()
    .min(1, "expected the path of a folder")
    .default(DEFAULT_CRASH_REPORTS_DIRECTORY)
    .describe("The folder they are written to; it is made where there is none"),
  keep: wholeNumber(1, MAX_KEEP)
    .default(DEFAULT_CRASH_REPORTS_KEEP)
    .describe("Reports in it at most: the oldest are removed"),
});
