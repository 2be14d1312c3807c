import { readdirSync } from "node:fs";
import { descendantsOf } from "./descendants-of.js";

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
