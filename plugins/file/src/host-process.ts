/** Which process a lock belongs to, and whether that process is still there. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "./error-code.js";

/** A host process as a lock names it. */
export interface HostProcess {
  readonly hostId: string;
  readonly pid: number;
  /** Since boot, in the kernel's ticks: ids of processes are used again, the two together are not. Linux only. */
  readonly startTicks?: string;
  /** Where the id means something: on Linux one boot and one namespace of ids, elsewhere one machine. */
  readonly scope: string;
  /** For people. */
  readonly hostname: string;
}

/** "unknown": its id means nothing here, as in another container, or this system does not tell start times. */
export type Liveness = "alive" | "dead" | "unknown";

/** A host's id starts with its process id, which is not that of a plugin with a process of its own. */
const HOST_ID = /^([1-9][0-9]{0,9})-[0-9]+$/;

/** Describes the process that `hostId` names. */
export function describeHost(hostId: string): HostProcess {
  const pid = Number(HOST_ID.exec(hostId)?.[1] ?? process.pid);
  const startTicks = readStat(pid)?.startTicks;
  return {
    hostId,
    pid,
    ...(startTicks === undefined ? {} : { startTicks }),
    scope: scopeOfIds(),
    hostname: hostname(),
  };
}

/** Whether a host that was described once is still there. */
export function livenessOf(host: HostProcess): Liveness {
  if (host.scope !== scopeOfIds()) return "unknown";
  if (process.platform === "linux" && host.startTicks !== undefined) {
    const stat = readStat(host.pid);
    return stat?.startTicks === host.startTicks && stat.isRunning ? "alive" : "dead";
  }
  return isThere(host.pid) ? "unknown" : "dead";
}

/** Whether a host that was described once goes by the same clock as this process: it is, or was, on this machine. */
export function sharesClock(host: HostProcess): boolean {
  return machineOf(host.scope) === machineOf(scopeOfIds());
}

function machineOf(scope: string): string | undefined {
  return scope.split(" ", 1)[0];
}

function scopeOfIds(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Not Linux, or a Linux that hides these.
    return hostname();
  }
}

/** What the kernel says of a process; `undefined` where it says nothing. These files are memory: reading is quick. */
function readStat(pid: number): { readonly isRunning: boolean; readonly startTicks: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // No such process, or no such file system.
    return undefined;
  }
  // The name before may hold anything, blanks and parentheses too. See proc(5): state is field 3, starttime field 22.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state = "", startTicks = ""] = [fields[0], fields[19]];
  // A zombie has ended and waits for its parent to notice.
  return { isRunning: !"ZXx".includes(state), startTicks };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return errorCode(error) !== "ESRCH";
  }
}
