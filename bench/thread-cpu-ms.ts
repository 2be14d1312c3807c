import { readFileSync } from "node:fs";

/** Names the main thread's own file: on Linux its id is that of the process. Time on a processor in ns comes first. */
const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`;
const NS_PER_MS = 1e6;
const US_PER_MS = 1000;

/**
 * Processor time of the main thread so far, in ms, the collector's helper threads not included. From Node where it
 * can tell, else from Linux; `undefined` where neither does.
 */
export function threadCpuMs(): number | undefined {
  if (typeof process.threadCpuUsage === "function") {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / US_PER_MS;
  }
  try {
    return Number(readFileSync(SCHEDSTAT, "latin1").split(" ", 1)[0]) / NS_PER_MS;
  } catch {
    return undefined; // no Linux, or one without these figures
  }
}
