import type { Clock } from "../clock.js";

/** 2026-01-01T00:00:00Z, in ms. Counting from here, versions stay below 2^53 until the year 2095. */
const EPOCH_MS = 1_767_225_600_000;
/** How many versions a millisecond has: more than one process can write in it. */
const VERSIONS_PER_MS = 4096;
/** A time that gives more is not believed: it would leave no room to count on below 2^53. */
const MAX_BY_TIME = 2 ** 53 - 2 ** 40;

/**
 * Numbers the writes of a host, so that the newer of two values of a key can be told. Each version is above all
 * before it, and above those of an earlier run of the process unless the time on the wall went back in between.
 */
export class WriteVersion {
  readonly #clock: Clock;
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next version: a safe integer from 1. */
  next(): number {
    const byTime = Math.floor((this.#clock.now() - EPOCH_MS) * VERSIONS_PER_MS);
    // On a clock that went back, stands still, was never set or is far off, versions go on counting.
    this.#last = Math.max(this.#last + 1, byTime <= MAX_BY_TIME ? byTime : 0);
    return this.#last;
  }
}
