import { kill } from "node:process";

/** Ends this process at once, spinning or not: nobody is there any more who could hear from it. */
export function endProcess(): void {
  kill(process.pid, "SIGKILL");
}
