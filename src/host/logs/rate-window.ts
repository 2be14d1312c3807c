import type { Clock } from "../clock.js";

/** Length of a window, in ms. */
const WINDOW_MS = 1000;

/** Limits a rate: so many units in each second, counted from the first unit after the last second has passed. */
export class RateWindow {
  readonly #clock: Clock;
  readonly #unitsPerSecond: number;
  #startedAtMs = -Infinity;
  #taken = 0;

  constructor(clock: Clock, unitsPerSecond: number) {
    this.#clock = clock;
    this.#unitsPerSecond = unitsPerSecond;
  }

  /** Takes the units where any are left; the last taker may exceed the limit. */
  take(units: number): boolean {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#startedAtMs >= WINDOW_MS) {
      this.#startedAtMs = nowMs;
      this.#taken = 0;
    }
    if (this.#taken >= this.#unitsPerSecond) return false;
    this.#taken += units;
    return true;
  }
}
