import type { Clock } from "../../host/main.js";

/** Failures told of in a second. With a backend that is down there is one for every get. */
const MAX_PER_SECOND = 10;
const SECOND_MS = 1000;

/** Decides which failures are told of, and counts the others. */
export class FailureSample {
  readonly #clock: Clock;
  #beganAtMs: number;
  #told = 0;
  #passedOver = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganAtMs = clock.monotonic();
  }

  /** How many were passed over since the last one that was told of, where this one is to be; else `undefined`. */
  take(): number | undefined {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#beganAtMs >= SECOND_MS) {
      this.#beganAtMs = nowMs;
      this.#told = 0;
    }
    if (this.#told >= MAX_PER_SECOND) {
      this.#passedOver += 1;
      return undefined;
    }
    this.#told += 1;
    const passedOver = this.#passedOver;
    this.#passedOver = 0;
    return passedOver;
  }
}
