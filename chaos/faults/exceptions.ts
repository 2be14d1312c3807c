/** What is known not to hold, each with its reason: a cell that is not here must hold, and one that is here must not. */
import type { Cell } from "../cells/cell.js";
import type { Rule } from "./rule.js";

export interface Exception {
  readonly fault: string;
  /** A process has none: that is what it is for. */
  readonly isolation: "thread";
  /** What is broken: one of these at least, and none besides. */
  readonly breaks: readonly Rule[];
  /** Whether it depends on chance, so that a cell may also hold. */
  readonly isByChance?: boolean;
  /** Shown below the table. */
  readonly why: string;
}

const SIGNALS = "a signal is sent to the whole process, and the host is in it";
const KERNEL =
  "a thread inside a system call cannot be ended: it is abandoned and counted, and the process cannot exit by itself";

export const EXCEPTIONS: readonly Exception[] = [
  { fault: "SIGKILL to itself", isolation: "thread", breaks: ["host"], why: SIGNALS },
  { fault: "segmentation fault", isolation: "thread", breaks: ["host"], why: SIGNALS },
  {
    fault: "close all descriptors",
    isolation: "thread",
    breaks: ["host"],
    why: "descriptors belong to the process: the host loses its files, sockets and the loop's own",
  },
  {
    fault: "set V8 flags",
    isolation: "thread",
    breaks: ["flags"],
    why: "flags of V8 hold for the whole process",
  },
  { fault: "stuck in the kernel", isolation: "thread", breaks: ["abandons", "closes"], why: KERNEL },
  { fault: "wait for a child process", isolation: "thread", breaks: ["abandons", "closes"], why: KERNEL },
  {
    fault: "stuck in libuv's pool",
    isolation: "thread",
    breaks: ["pool", "abandons", "closes", "recovers", "kind", "undelivered"],
    why: "libuv's four threads are shared by the whole process: the host's own file access waits with them, and so does the import of a next life, which the writes that wait are for",
  },
  {
    fault: "a disk that answers nothing",
    isolation: "thread",
    breaks: ["leaks", "abandons", "closes"],
    isByChance: true,
    why: "a thread that is ended while it waits for such a disk cannot go, and leaves what it was opening open in the host",
  },
  {
    fault: "a slow disk",
    isolation: "thread",
    breaks: ["leaks"],
    isByChance: true,
    why: "Node does not close what a thread was opening when it was ended: a descriptor stays",
  },
  {
    fault: "one huge array",
    isolation: "thread",
    breaks: ["abandons", "kind", "closes"],
    isByChance: true,
    why: "one builtin that fills 1 GB answers no interrupt: a new thread takes over, the old one is abandoned until the builtin returns, which is rarely soon enough",
  },
  {
    fault: "split into 2^27 parts",
    isolation: "thread",
    breaks: ["host", "abandons", "closes"],
    isByChance: true,
    why: "V8 aborts its process when an array has more parts than it allows, unless the plugin is over its memory before: then the thread is abandoned until the builtin returns, or ended in time",
  },
];

/** The exception a cell falls under. */
export function exceptionOf({ fault, isolation }: Cell): Exception | undefined {
  return EXCEPTIONS.find((exception) => exception.fault === fault && exception.isolation === isolation);
}
