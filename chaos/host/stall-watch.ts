import { readFileSync } from "node:fs";
import type { Stall } from "./observation.js";

/** How often the loop is to turn, in ms. */
const BEAT_MS = 10;
/** What is no stall yet, in ms: beats come late on any machine. */
const LEAST_MS = 30;

/** Where the kernel tells how long this thread was ready to run and another one ran, its second figure, in ns. */
const SCHEDULE = `/proc/self/task/${process.pid}/schedstat`;
const NS_PER_MS = 1e6;

/** Notes when the host's loop stands still, so that what is late for it is not held against the runtime. */
export class StallWatch {
  readonly #stalls: Stall[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastBeat: number = performance.now();
  #lastWaitMs: number = waitedMs();

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** How much of the time since `from` the loop stood still, in ms. */
  stalledMsSince(from: number): number {
    this.#beat();
    return this.#stalls.reduce((sum, stall) => sum + Math.max(0, stall.to - Math.max(from, stall.from)), 0);
  }

  /** The longest stretch since `from`, in ms, without the time in which the machine had others to run. */
  longestMsSince(from: number): number {
    this.#beat();
    const lengths = this.#stalls
      .filter(({ to }) => to > from)
      .map((stall) => stall.to - stall.from - stall.waitedMs);
    return Math.max(0, ...lengths);
  }

  /** Lets go of what was noted so far: nothing is asked of it any more. */
  forget(): void {
    this.#stalls.length = 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    const waitMs = waitedMs();
    if (now - this.#lastBeat > BEAT_MS + LEAST_MS)
      this.#stalls.push({ from: this.#lastBeat, to: now, waitedMs: waitMs - this.#lastWaitMs });
    this.#lastBeat = now;
    this.#lastWaitMs = waitMs;
  }
}

function waitedMs(): number {
  try {
    return Number(readFileSync(SCHEDULE, "utf8").split(" ")[1]) / NS_PER_MS;
  } catch {
    return 0; // a kernel that does not count it
  }
}
