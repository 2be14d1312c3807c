/** Tells a flood of frames from traffic. */
import type { Clock } from "../clock.js";

/** Length of the slots in which frames are counted, in ms. */
const SLOT_MS = 100;
/**
 * Frames one channel may bring in a slot. Honest traffic has at most a few frames per turn of the worker's loop and
 * stays below 2,500 a slot; a flood reaches 20,000 within 50 ms, before it can hold the host up for long.
 */
export const MAX_FRAMES_PER_SLOT = 20_000;

export class FloodGauge {
  readonly #clock: Clock;
  #slotEnd = 0;
  #frames = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one frame; true when it is one too many. */
  isFlooded(): boolean {
    const now = this.#clock.monotonic();
    if (now >= this.#slotEnd) {
      this.#slotEnd = now + SLOT_MS;
      this.#frames = 0;
    }
    this.#frames += 1;
    return this.#frames > MAX_FRAMES_PER_SLOT;
  }
}
