import { availableParallelism, loadavg } from "node:os";

/** What each processor has to do when this suite alone runs, at most: a host, its plugins and their callers. */
const OWN_LOAD = 2;
/** So much slower a machine may be; one that is loaded more is no place to measure on. */
const MAX_PACE = 5;

/** What everything takes longer by on this machine at the moment, from 1 on: others may be at work on it. */
export function pace(): number {
  const [load = 0] = loadavg();
  return Math.min(MAX_PACE, Math.max(1, load / availableParallelism() / OWN_LOAD));
}
