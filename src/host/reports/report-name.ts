/** The names of crash reports: what they are of, and when, so that their order by name is that by time. */
import { randomBytes } from "node:crypto";

/** Only what is named like this is taken for ours. */
const REPORT_FILE =
  /^(stockpile-\d{8}T\d{9}Z-[A-Za-z0-9._-]{1,64}-\d{1,9}-[0-9a-f]{12})\.(?:json|cpuprofile)(\.tmp)?$/;

/** What a report file's name says. */
export interface ReportFile {
  /** The name without its ending, the same for a report and its profile. */
  readonly stem: string;
  /** Whether it is still being written, or was when its host ended. */
  readonly isTemporary: boolean;
}

/**
 * The name of a report without its ending, unlike any other's: hosts may share a folder.
 * @param endedAt Milliseconds since the epoch.
 */
export function reportStem(plugin: string, life: number, endedAt: number): string {
  const time = new Date(endedAt).toISOString().replaceAll(/[-:.]/g, "");
  // Names have been checked; here they become a file's.
  const name = plugin.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 64) || "_";
  return `stockpile-${time}-${name}-${life}-${randomBytes(6).toString("hex")}`;
}

/** What a file in the folder is, if it is one of ours. */
export function readReportName(file: string): ReportFile | undefined {
  const match = REPORT_FILE.exec(file);
  const stem = match?.[1];
  return stem === undefined ? undefined : { stem, isTemporary: match?.[2] !== undefined };
}
