/** Faults of what carries a plugin: it blocks, ends itself, or lays hands on what the whole process shares. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MOMENTS } from "../cells/cell.js";
import type { Moment } from "../cells/cell.js";
import type { PluginFault } from "./fault.js";
import { makePipe } from "./make-pipe.js";

/** A pattern that takes time exponential in the length of what it is to match, and years for this. */
const CATASTROPHIC = /^(?:a+)+$/;
const HOSTAGE = `${"a".repeat(64)}!`;
/** How long a stuck system call lasts, in seconds: longer than everything that is waited for. */
const SLEEP_SECONDS = 6;
/** How long a close is held up for what happens in a later turn, in ms. */
const LATER_MS = 50;
/** Threads of libuv's pool. */
const POOL_THREADS = 4;
/** Descriptors that may be somebody's: those after the three standard ones. */
const [FIRST_DESCRIPTOR, LAST_DESCRIPTOR] = [3, 60];
/** What the kernel sends to who reads or writes where no memory is. */
const SEGFAULT = "SIGSEGV";

export const THREAD_FAULTS: readonly PluginFault[] = [
  {
    group: "threads",
    name: "spin",
    why: "A loop without end: no message, no timer gets through any more",
    moments: MOMENTS,
    nature: "blocks",
    inject: () => {
      for (;;);
    },
  },
  {
    group: "threads",
    name: "catastrophic regex",
    why: "The same within one call of V8's, and from data alone",
    moments: MOMENTS,
    nature: "blocks",
    inject: () => void CATASTROPHIC.test(HOSTAGE),
  },
  {
    group: "threads",
    name: "Atomics.wait",
    why: "A loop that sleeps for ever burns no processor and is blocked all the same",
    moments: MOMENTS,
    nature: "blocks",
    inject: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  },
  {
    group: "threads",
    name: "exit(0)",
    why: "An end that looks like success is a failure of a plugin",
    moments: MOMENTS,
    nature: "dies",
    inject: () => process.exit(0),
  },
  {
    group: "threads",
    name: "exit(1)",
    why: "What libraries do that take themselves for the program",
    moments: MOMENTS,
    nature: "dies",
    inject: () => process.exit(1),
  },
  {
    group: "threads",
    name: "throw in a timer",
    why: "An exception on nobody's stack, as from an `error` event without a listener",
    moments: MOMENTS,
    nature: "dies",
    inject: ({ moment }) => {
      setTimeout(() => {
        throw new Error("thrown in a timer on purpose");
      }, 1);
      return untilLaterTurn(moment);
    },
  },
  {
    group: "threads",
    name: "throw null in a timer",
    why: "The same with nothing that could be described",
    moments: MOMENTS,
    nature: "dies",
    inject: ({ moment }) => {
      setTimeout(() => {
        throw null;
      }, 1);
      return untilLaterTurn(moment);
    },
  },
  {
    group: "threads",
    name: "unhandled rejection",
    why: "A forgotten await",
    moments: MOMENTS,
    nature: "dies",
    inject: ({ moment }) => {
      void Promise.reject(new Error("rejected unawaited on purpose"));
      return untilLaterTurn(moment);
    },
  },
  {
    group: "threads",
    name: "recurse without end",
    why: "The end of the stack, where anything may fail half-way",
    moments: MOMENTS,
    nature: "fails",
    inject: () => recurse(),
  },
  {
    group: "threads",
    name: "abort()",
    why: "What native assertions come to; in a thread Node refuses it",
    moments: MOMENTS,
    nature: { thread: "fails", process: "dies" },
    inject: () => process.abort(),
  },
  {
    group: "threads",
    name: "SIGKILL to itself",
    why: "What the kernel does to a process that takes all memory",
    moments: MOMENTS,
    nature: "dies",
    inject: () => {
      process.kill(process.pid, "SIGKILL");
      for (;;); // until it arrives
    },
  },
  {
    group: "threads",
    name: "segmentation fault",
    why: "What a faulty addon comes to; the signal stands for it, so that none is needed",
    moments: MOMENTS,
    nature: "dies",
    inject: () => {
      process.kill(process.pid, SEGFAULT);
      for (;;); // until it arrives
    },
  },
  {
    group: "threads",
    name: "SIGSTOP to itself",
    why: "A frozen process is there and does nothing, its watchdog included",
    moments: MOMENTS,
    isolations: ["process"],
    nature: "blocks",
    inject: () => {
      process.kill(process.pid, "SIGSTOP");
      for (;;); // until it arrives
    },
  },
  {
    group: "threads",
    name: "close all descriptors",
    why: "A double close hits whatever has been given the number since",
    moments: ["load", "initialise", "get", "put", "idle"],
    nature: "dies",
    inject: () => {
      for (let descriptor = FIRST_DESCRIPTOR; descriptor <= LAST_DESCRIPTOR; descriptor += 1) {
        try {
          closeSync(descriptor);
        } catch {
          // There is none of that number.
        }
      }
    },
  },
  {
    group: "threads",
    name: "set V8 flags",
    why: "Flags hold for a whole process, whoever sets them",
    moments: ["load", "initialise", "get", "idle"],
    nature: "passes",
    inject: () => setFlagsFromString("--expose-gc"),
    // A flag shows in contexts that are made after it was set.
    look: () => (runInNewContext("typeof gc") === "function" ? undefined : "the flag is not set"),
  },
  {
    group: "threads",
    name: "stuck in the kernel",
    why: "A file on a dead network drive: the thread cannot even be ended. A pipe without a writer stands for it",
    moments: MOMENTS,
    nature: "blocks",
    inject: ({ folder }) => openSync(makePipe(folder), "r"),
  },
  {
    group: "threads",
    name: "stuck in libuv's pool",
    why: "Four of them, asynchronous: file access and DNS of the whole process wait behind them",
    moments: MOMENTS,
    nature: "pends",
    inject: ({ folder }) => {
      const pipe = makePipe(folder);
      return Promise.all(Array.from({ length: POOL_THREADS }, () => open(pipe, "r")));
    },
  },
  {
    group: "threads",
    name: "wait for a child process",
    why: "execFileSync blocks the thread outside of JavaScript, where no interrupt is answered",
    moments: MOMENTS,
    nature: "blocks",
    inject: ({ pace }) => void execFileSync("sleep", [String(SLEEP_SECONDS * pace)]),
  },
];

/** Once a plugin is closed, no later turn of the loop may come. */
function untilLaterTurn(moment: Moment): Promise<void> | undefined {
  return moment === "close" ? sleep(LATER_MS) : undefined;
}

function recurse(): unknown {
  return [recurse()];
}
