/** The crash report of a plugin's last failure, read from the file it was written to. */
import { open } from "node:fs/promises";

import type { PluginHealth } from "../../host/main.js";
import { HttpError } from "../http-error.js";

/** Many times what a report takes. */
const MAX_REPORT_BYTES = 4 * 1024 * 1024;

/**
 * The text of the report: JSON, as docs/crash-reports.md has it.
 * @throws {HttpError} 404: there was no failure, or none that has a report, or its file is not there, or not yet.
 */
export async function readCrashReport({ name, lastFailure }: PublicPlugin): Promise<string> {
  if (lastFailure?.report === undefined) {
    throw absent(name, lastFailure === undefined ? "it has not failed" : "none is written of its failure");
  }
  const text = await tryRead(lastFailure.report);
  if (text === undefined) throw absent(name, "its file is not there, not yet, or cannot be read");
  return text;
}

/** What of a plugin's health is looked at. */
type PublicPlugin = Pick<PluginHealth, "name" | "lastFailure">;

/** The whole file; `undefined`: there is none that is a report. The folder may be anybody's, and so what lies there. */
async function tryRead(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > MAX_REPORT_BYTES) return undefined;
    return await file.readFile("utf8");
  } catch {
    // Pruned, not yet written, or never: the log says what the disk has refused.
    return undefined;
  }
}

function absent(name: string, reason: string): HttpError {
  return new HttpError(
    404,
    "STOCKPILE_REPORT_ABSENT",
    `There is no crash report of plugin "${name}": ${reason}`,
  );
}
