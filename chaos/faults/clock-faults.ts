/** Faults of time: the wall clock jumps, in the plugin or in the host. */
import type { Moment } from "../cells/cell.js";
import type { Fault, PluginFault, SurroundingFault } from "./fault.js";

const HOUR_MS = 3_600_000;
const TIMED: readonly Moment[] = ["get", "put", "purge", "scan", "idle"];

export const CLOCK_FAULTS: readonly Fault[] = [
  jumpOfPlugin("the plugin's clock jumps forwards", HOUR_MS),
  jumpOfPlugin("the plugin's clock jumps back", -HOUR_MS),
  jumpOfHost("the host's clock jumps forwards", HOUR_MS),
  jumpOfHost("the host's clock jumps back", -HOUR_MS),
];

function jumpOfPlugin(name: string, byMs: number): PluginFault {
  return {
    group: "clock",
    name,
    why: "A call's deadline is told as a time on the wall: it must bind nobody in the host",
    moments: ["initialise", ...TIMED],
    nature: "passes",
    inject: () => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + byMs;
    },
    // What is made without a time asks V8 itself.
    look: () => missesOfJump(Date.now() - new Date().getTime(), byMs),
  };
}

function jumpOfHost(name: string, byMs: number): SurroundingFault {
  return {
    group: "clock",
    name,
    why: "Daylight saving done wrong, or a virtual machine that wakes up: no deadline, delay or order may follow it",
    moments: TIMED,
    nature: "passes",
    plugin: "subject",
    begin: ({ jumpClock }) => jumpClock(byMs),
    end: ({ jumpClock }) => jumpClock(-byMs),
    look: async ({ datedAhead }) => missesOfJump(await datedAhead(), byMs),
  };
}

/** An hour, give or take what passes while one looks. */
function missesOfJump(jumpedMs: number, byMs: number): string | undefined {
  const isJumped = Math.abs(jumpedMs - byMs) < Math.abs(byMs) / 2;
  return isJumped ? undefined : `the clock has jumped by ${jumpedMs} ms`;
}
