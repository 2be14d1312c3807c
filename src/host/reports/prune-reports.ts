import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../config/error-code.js";
import { readReportName } from "./report-name.js";

/** How old a file must be that is still being written, in ms, before its host counts as gone: writing takes far less. */
const ABANDONED_MS = 3_600_000;

/**
 * Removes reports with their profiles, the oldest first, until no more than `keep` are left, and what hosts that are
 * gone have left half written. What is not named like a report is left alone.
 * @param now Milliseconds since the epoch.
 */
export async function pruneReports(directory: string, keep: number, now: number): Promise<void> {
  const reports = new Map<string, string[]>();
  for (const file of (await readdir(directory)).toSorted()) {
    const name = readReportName(file);
    if (name === undefined) continue;
    if (!name.isTemporary) reports.set(name.stem, [...(reports.get(name.stem) ?? []), file]);
    else if (await isOlder(join(directory, file), now - ABANDONED_MS)) await remove(join(directory, file));
  }
  const tooMany = [...reports.values()].slice(0, Math.max(0, reports.size - keep));
  for (const file of tooMany.flat()) await remove(join(directory, file));
}

async function isOlder(path: string, time: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < time;
  } catch (error) {
    return ignoreAbsence(error, false);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    ignoreAbsence(error, undefined);
  }
}

/** Another host that shares the folder was quicker. */
function ignoreAbsence<T>(error: unknown, otherwise: T): T {
  if (errorCode(error) === "ENOENT") return otherwise;
  throw error;
}
