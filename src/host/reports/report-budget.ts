import type { Clock } from "../clock.js";

/** Reports one plugin may write one after the other: no restart policy but one without limits gets there. */
const CAPACITY = 50;
/** How long until a plugin that has used them up may write another, in ms: a loop of failures says nothing new. */
const REFILL_MS = 5000;

/** Bounds how fast the failures of one plugin become reports. */
export class ReportBudget {
  readonly #clock: Clock;
  #left = CAPACITY;
  #filledAt: number;
  #passedOver = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.monotonic();
  }

  /** Takes one, if there is one: then it answers how many were refused since the last; `undefined` otherwise. */
  take(): number | undefined {
    this.#refill();
    if (this.#left === 0) {
      this.passOver();
      return undefined;
    }
    this.#left -= 1;
    const passedOver = this.#passedOver;
    this.#passedOver = 0;
    return passedOver;
  }

  /** One is refused for another reason. */
  passOver(): void {
    this.#passedOver += 1;
  }

  #refill(): void {
    const grown = Math.floor((this.#clock.monotonic() - this.#filledAt) / REFILL_MS);
    this.#filledAt += grown * REFILL_MS;
    this.#left = Math.min(CAPACITY, this.#left + grown);
  }
}
