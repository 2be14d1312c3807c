/** Faults of logs: what a plugin says may be too much, too long, or nothing that can be said. */
import { writeSync } from "node:fs";
import type { Moment } from "../cells/cell.js";
import type { Heard } from "./heard.js";
import type { PluginFault } from "./fault.js";

const TOLD: readonly Moment[] = ["initialise", "get", "put", "close", "idle"];
/** How long a flood lasts, in ms: below `limits.hang` of the stage. */
const FLOOD_MS = 300;
/** In characters. */
const GIANT_LINE = 32 * 1024 * 1024;
/** So much of it at least is to be in the log. */
const SHOWN_OF_GIANT = 1000;
const FLOOD = "flood";

export const LOG_FAULTS: readonly PluginFault[] = [
  {
    group: "logs",
    name: "flood of the logger",
    why: "An error logged for each call, a hundred thousand times a second",
    moments: TOLD,
    nature: "passes",
    inject: ({ logger, count }) => flood(count, () => logger?.info({ field: 1 }, FLOOD)),
    listen: (heard, { count }) => missesOfFlood(heard, count),
  },
  {
    group: "logs",
    name: "flood of the console",
    why: "A forgotten console.log in a loop fills a thread's stream without end",
    moments: TOLD,
    nature: "passes",
    inject: ({ count }) => flood(count, () => console.log(`${FLOOD} %d`, 1)),
    listen: (heard, { count }) => missesOfFlood(heard, count),
  },
  {
    group: "logs",
    name: "flood of descriptor 1",
    why: "What native code prints goes past every stream of Node's",
    moments: TOLD,
    nature: "passes",
    inject: ({ count }) => flood(count, () => writePast(`${FLOOD}\n`)),
    // A thread's descriptors are the host's, whose output nobody listens to here.
    listen: (heard, { count }, isolation) =>
      isolation === "process" ? missesOfFlood(heard, count) : count > 0 ? undefined : "nothing was written",
  },
  {
    group: "logs",
    name: "a giant line",
    why: "A whole response in one line of the log, by logger and by console",
    moments: TOLD,
    nature: "passes",
    inject: ({ logger }) => {
      const line = "x".repeat(GIANT_LINE);
      logger?.warn({ line }, line);
      console.log(line);
    },
    listen: (heard) => (heard.longest > SHOWN_OF_GIANT ? undefined : "no long line was logged"),
  },
  {
    group: "logs",
    name: "fields that cannot be written",
    why: "Circles, getters that throw and big integers have no form in JSON",
    moments: TOLD,
    nature: "passes",
    inject: ({ logger }) => {
      const circle: Record<string, unknown> = { big: 1n, symbol: Symbol("s"), hook: () => 1 };
      circle["self"] = circle;
      Object.defineProperty(circle, "trap", {
        enumerable: true,
        get: () => {
          throw new Error("a getter that throws");
        },
      });
      logger?.error(circle, "circle");
      logger?.child(circle).error("circle");
      console.log(circle);
    },
    listen: (heard) => (heard.lines("circle") >= 2 ? undefined : "the lines were not logged"),
  },
];

/** @param write Answers `false` where the line could not be written. */
function flood(count: (things: number) => void, write: () => unknown): void {
  const until = performance.now() + FLOOD_MS;
  while (performance.now() < until) {
    if (write() !== false) count(1);
  }
}

/** Of the lines some are to be logged, and the rest dropped and counted. */
function missesOfFlood(heard: Heard, written: number): string | undefined {
  const logged = heard.lines(FLOOD);
  if (logged > 0 && written > 0 && logged + heard.dropped >= written) return undefined;
  return `of ${written} lines ${logged} were logged and ${heard.dropped} dropped`;
}

/** To the descriptor itself; where its reader is slow, the rest is left out. */
function writePast(text: string): boolean {
  try {
    return writeSync(1, text) > 0;
  } catch {
    return false; // EAGAIN: the pipe is full.
  }
}
