/** Faults of time: the wall clock jumps, in the plugin or in the host. */
import type { Moment } from "../cells/cell.js";
import type { Fault } from "./fault.js";

const HOUR_MS = 3_600_000;
const TIMED: readonly Moment[] = ["get", "put", "purge", "scan", "idle"];

export const CLOCK_FAULTS: readonly Fault[] = [
  ...[
    { name: "the plugin's clock jumps forwards", byMs: HOUR_MS },
    { name: "the plugin's clock jumps back", byMs: -HOUR_MS },
  ].map(({ name, byMs }) => ({
    group: "clock",
    name,
    why: "A call's deadline is told as a time on the wall: it must bind nobody in the host",
    moments: ["initialise", ...TIMED] as const,
    nature: "passes" as const,
    inject: (): void => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + byMs;
    },
  })),
  ...[
    { name: "the host's clock jumps forwards", byMs: HOUR_MS },
    { name: "the host's clock jumps back", byMs: -HOUR_MS },
  ].map(({ name, byMs }) => ({
    group: "clock",
    name,
    why: "Daylight saving done wrong, or a virtual machine that wakes up: no deadline, delay or order may follow it",
    moments: TIMED,
    nature: "passes" as const,
    plugin: "subject" as const,
    begin: ({ jumpClock }: { readonly jumpClock: (ms: number) => void }): void => jumpClock(byMs),
    end: ({ jumpClock }: { readonly jumpClock: (ms: number) => void }): void => jumpClock(-byMs),
  })),
];
