/** Faults of logs: what a plugin says may be too much, too long, or nothing that can be said. */
import { writeSync } from "node:fs";
import type { Moment } from "../cells/cell.js";
import type { PluginFault } from "./fault.js";

const TOLD: readonly Moment[] = ["initialise", "get", "put", "close", "idle"];
/** How long a flood lasts, in ms: below `limits.hang` of the stage. */
const FLOOD_MS = 300;
/** In characters. */
const GIANT_LINE = 32 * 1024 * 1024;

export const LOG_FAULTS: readonly PluginFault[] = [
  {
    group: "logs",
    name: "flood of the logger",
    why: "An error logged for each call, a hundred thousand times a second",
    moments: TOLD,
    nature: "passes",
    inject: ({ logger }) => flood(() => logger?.info({ field: 1 }, "flood")),
  },
  {
    group: "logs",
    name: "flood of the console",
    why: "A forgotten console.log in a loop fills a thread's stream without end",
    moments: TOLD,
    nature: "passes",
    inject: () => flood(() => console.log("flood %d", 1)),
  },
  {
    group: "logs",
    name: "flood of descriptor 1",
    why: "What native code prints goes past every stream of Node's",
    moments: TOLD,
    nature: "passes",
    inject: () => flood(() => writePast("flood\n")),
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
  },
];

function flood(write: () => void): void {
  const until = performance.now() + FLOOD_MS;
  while (performance.now() < until) write();
}

/** To the descriptor itself; where its reader is slow, the rest is left out. */
function writePast(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // EAGAIN: the pipe is full.
  }
}
