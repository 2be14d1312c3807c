import { readFileSync, readdirSync } from "node:fs";

/** A process as the kernel tells of it. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** R runs, S sleeps, D waits for a device, Z has ended and not been collected. */
  readonly state: string;
}

/** What the kernel says of a process; `undefined` where there is none. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold anything.
    const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(parent), state };
  } catch {
    // It has gone, or this is no Linux.
    return undefined;
  }
}

/** Whether it is there and has not ended: one that only waits to be collected is no orphan. */
export function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

/** The processes this one has started that have not ended; where the kernel does not tell, none. */
export function childPids(parent: number = process.pid): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && readStat(pid)?.parent === parent && isAlive(pid));
}
