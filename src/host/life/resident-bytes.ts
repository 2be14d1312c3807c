import { readFileSync } from "node:fs";

/** The resident memory of a process, and what of it are pages of files, in the kernel's words. */
const RESIDENT = /^VmRSS:\s*(\d+) kB$/m;
const OF_FILES = /^RssFile:\s*(\d+) kB$/m;

/**
 * Resident memory of a process as Linux tells it; `undefined` where the process has gone. Files that it has mapped are
 * left out, its program among them: the system takes their pages back whenever it needs them, and a store that maps its
 * file would seem to hold all that it has ever read. Those in a file system that lies in memory count: nothing else
 * holds them.
 *
 * It is read at once, which takes some microseconds: the pool for file access may be full of files that never open,
 * and this is asked when something is wrong.
 */
export function residentBytesOf(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const resident = RESIDENT.exec(status)?.[1];
    const ofFiles = OF_FILES.exec(status)?.[1] ?? 0;
    return resident === undefined ? undefined : (Number(resident) - Number(ofFiles)) * 1024;
  } catch {
    // It has gone, or the host has no descriptor left to look with.
    return undefined;
  }
}
