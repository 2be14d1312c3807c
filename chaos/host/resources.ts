import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { descendantsOf } from "../faults/descendants-of.js";

/** How often resources are counted to find the least of them, and the time between two counts, in ms. */
const [LOOKS, LOOK_MS] = [5, 12];

/** What a process has that must be given back. */
export interface Resources {
  readonly threads: number;
  readonly children: number;
  readonly descriptors: number;
  /** By kind, as Node names what keeps it alive: timers, ports, sockets. */
  readonly handles: Readonly<Record<string, number>>;
}

export function countResources(): Resources {
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return {
    threads: readdirSync("/proc/self/task").length,
    children: descendantsOf(process.pid).length,
    descriptors: readdirSync("/proc/self/fd").length,
    handles,
  };
}

/** The least of some counts: a timer that runs out a moment later, or a socket that closes, is not to hide another. */
export async function leastResources(): Promise<Resources> {
  let least = countResources();
  for (let look = 1; look < LOOKS; look += 1) {
    await sleep(LOOK_MS);
    const { threads, children, descriptors, handles } = countResources();
    least = {
      threads: Math.min(threads, least.threads),
      children: Math.min(children, least.children),
      descriptors: Math.min(descriptors, least.descriptors),
      // A kind that is not there this time has no count.
      handles: Object.fromEntries(
        Object.entries(least.handles).map(([kind, count]) => [kind, Math.min(count, handles[kind] ?? 0)]),
      ),
    };
  }
  return least;
}

/** What there is more of than before, in words. */
export function beyond(after: Resources, before: Resources): string[] {
  const counted = (name: string, now: number, then: number): string[] =>
    now > then ? [`${now - then} ${name}`] : [];
  return [
    ...counted("threads", after.threads, before.threads),
    ...counted("child processes", after.children, before.children),
    ...counted("descriptors", after.descriptors, before.descriptors),
    ...Object.entries(after.handles).flatMap(([kind, count]) =>
      counted(`handles of kind ${kind}`, count, before.handles[kind] ?? 0),
    ),
  ];
}
