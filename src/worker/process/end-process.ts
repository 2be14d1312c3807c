import { kill } from "node:process";

/** Taken before the plugin can say that it is another. */
const { pid } = process;

/**
 * Ends this process at once, spinning or not: nobody is there any more who could hear from it. The programs that it has
 * started go along, for its group is its own.
 */
export function endProcess(): void {
  try {
    kill(-pid, "SIGKILL");
  } catch {
    // Windows has no groups.
  }
  kill(pid, "SIGKILL");
}
