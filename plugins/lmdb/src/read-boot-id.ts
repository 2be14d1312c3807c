import { readFileSync } from "node:fs";

/** Names the time since the system started last; `undefined` where the system does not tell. */
export function readBootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // Not Linux, or a Linux that hides it.
    return undefined;
  }
}
