import { readFileSync } from "node:fs";

/** The resident memory of a process as the kernel counts it, in the kernel's words. */
const RESIDENT = /^VmRSS:\s*(\d+) kB$/m;

/**
 * Resident memory of a process as the kernel tells it, where it tells (Linux); `undefined` elsewhere, and where the
 * process has gone. It is read at once, which takes some microseconds: the pool for file access may be full of files
 * that never open, and this is asked when something is wrong.
 */
export function residentBytesOf(pid: number | undefined): number | undefined {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  try {
    const kilobytes = RESIDENT.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It has gone, or the host has no descriptor left to look with.
    return undefined;
  }
}
