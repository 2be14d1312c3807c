import { readdirSync } from "node:fs";

/** How many threads this process has, as the kernel counts them; where it does not tell, 0. */
export function threadCount(): number {
  return process.platform === "linux" ? readdirSync("/proc/self/task").length : 0;
}
