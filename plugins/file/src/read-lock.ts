import { readFile, stat } from "node:fs/promises";
import type { HostProcess } from "./host-process.js";
import { ignoring } from "./ignoring.js";

/** A lock's file as it was found. */
export interface LockSeen {
  /** Its host has given it back. */
  readonly isReleased: boolean;
  /** Who has it; `undefined` where the file does not say, or not yet. */
  readonly host: HostProcess | undefined;
  /** When it was last touched, in ms since the epoch by the clock of whoever did. */
  readonly touchedMs: number;
}

/** Reads a lock's file; `undefined` where there is none. */
export async function readLock(path: string): Promise<LockSeen | undefined> {
  const text = await ignoring(["ENOENT"], readFile(path, "utf8"));
  const stats = await ignoring(["ENOENT"], stat(path));
  if (text === undefined || stats === undefined) return undefined;
  const said = parse(text);
  return {
    isReleased: said?.["released"] === true,
    host: said === undefined ? undefined : asHost(said),
    touchedMs: stats.mtimeMs,
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(text);
    // An object of any kind may be looked into.
    return typeof said === "object" && said !== null ? (said as Record<string, unknown>) : undefined;
  } catch {
    // Cut off, or not written yet.
    return undefined;
  }
}

function asHost(said: Record<string, unknown>): HostProcess | undefined {
  const { hostId, pid, startTicks, scope, hostname } = said;
  if (typeof hostId !== "string" || typeof pid !== "number" || typeof scope !== "string") return undefined;
  return {
    hostId,
    pid,
    ...(typeof startTicks === "string" ? { startTicks } : {}),
    scope,
    hostname: typeof hostname === "string" ? hostname : "an unknown machine",
  };
}
