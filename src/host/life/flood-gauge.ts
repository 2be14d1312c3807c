/**
 * Tells a flood of frames from traffic.
 *
 * A bucket: each frame takes one from it, and time fills it up again, but only time in which the host was not busy
 * with this channel's frames. So a flood is seen after a fixed number of frames on any machine; a count per time
 * would never be reached by a host too slow to take in so many, which needs the protection most.
 */
import type { Clock } from "../clock.js";

/**
 * Frames a channel may bring at once. Honest traffic has at most a few frames per turn of the worker's loop; where
 * the host's loop was blocked, as many as calls are in flight can wait. A host takes in so many within a second.
 */
export const MAX_FRAMES_AT_ONCE = 20_000;
/** How fast the bucket fills, in frames per ms between turns that bring frames: ten times what honest traffic has. */
const FRAMES_PER_IDLE_MS = 200;

export class FloodGauge {
  readonly #clock: Clock;
  #room = MAX_FRAMES_AT_ONCE;
  #lastFrameAt = -Infinity;
  #isSameTurn = false;
  readonly #endTurn = (): void => void (this.#isSameTurn = false);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The host has just spent so long on this channel's frames: no time that fills the bucket. */
  exclude(ms: number): void {
    this.#lastFrameAt += ms;
  }

  /**
   * Counts a frame, or several; true when it is one too many.
   * @param frames What came counts as so many of them.
   * @param now Monotonic, in ms, for whoever has just read the clock.
   */
  isFlooded(frames: number = 1, now: number = this.#clock.monotonic()): boolean {
    if (!this.#isSameTurn) {
      this.#isSameTurn = true;
      setImmediate(this.#endTurn);
      this.#room = Math.min(MAX_FRAMES_AT_ONCE, this.#room + (now - this.#lastFrameAt) * FRAMES_PER_IDLE_MS);
    }
    this.#lastFrameAt = now;
    this.#room -= frames;
    return this.#room < 0;
  }
}
