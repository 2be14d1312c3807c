import type { Stall } from "./observation.js";

/** How often the loop is to turn, in ms. */
const BEAT_MS = 10;
/** What is no stall yet, in ms: beats come late on any machine. */
const LEAST_MS = 30;
/** Stalls kept: those of some minutes. */
const MAX_STALLS = 10_000;

/** Notes when the host's loop stands still, so that what is late for it is not held against the runtime. */
export class StallWatch {
  readonly #stalls: Stall[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastBeat: number = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** How much of the time since `from` the loop stood still, in ms. */
  stalledMsSince(from: number): number {
    this.#beat();
    return this.#stalls.reduce((sum, stall) => sum + Math.max(0, stall.to - Math.max(from, stall.from)), 0);
  }

  /** The longest stretch since `from`, in ms. */
  longestMsSince(from: number): number {
    this.#beat();
    const lengths = this.#stalls.filter(({ to }) => to > from).map((stall) => stall.to - stall.from);
    return Math.max(0, ...lengths);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    if (now - this.#lastBeat > BEAT_MS + LEAST_MS) this.#stalls.push({ from: this.#lastBeat, to: now });
    if (this.#stalls.length > MAX_STALLS) this.#stalls.shift();
    this.#lastBeat = now;
  }
}
