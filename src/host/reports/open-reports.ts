import type { CrashReportLimits } from "../config/config.js";
import { CrashReports } from "./crash-reports.js";
import type { CrashReportsOptions } from "./crash-reports.js";
import type { SecretMask } from "../config/secret-mask.js";

/** What writes crash reports, where the configuration asks for them. Nothing is touched before the first. */
export function openReports(
  limits: CrashReportLimits | undefined,
  {
    clock,
    logger,
    secrets,
  }: Pick<CrashReportsOptions, "clock" | "logger"> & { readonly secrets: SecretMask },
): CrashReports | undefined {
  if (limits === undefined) return undefined;
  return new CrashReports({ limits, clock, logger, mask: (text) => secrets.mask(text) });
}
