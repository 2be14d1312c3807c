/**
 * Decides when a plugin that failed gets another life. It outlives the lives: what restarts itself cannot judge itself.
 *
 * Backoff is exponential with equal jitter, half fixed and half random, so that plugins that failed together do not
 * return together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). It starts anew after
 * a life that was ready for a whole window. More than `burst` failures within `window` put the plugin in quarantine:
 * one life each `maxBackoff`, until one has lasted for a window.
 */
import type { RestartLimits } from "../config/config.js";
import type { Clock } from "../clock.js";

/** What is to happen after a failure. */
export interface RestartDecision {
  readonly isQuarantined: boolean;
  readonly delayMs: number;
}

/** Doublings after which any first delay has passed any longest one: 1 ms becomes 10 years in 39. */
const MAX_DOUBLINGS = 50;

export class RestartPolicy {
  /** May be replaced: what has been counted stays. */
  limits: RestartLimits;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Times of the failures that count, monotonic, oldest first. */
  #failures: number[] = [];
  #attempts = 0;
  #isQuarantined = false;

  constructor(limits: RestartLimits, clock: Clock, random: () => number = Math.random) {
    this.limits = limits;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * A life has failed.
   * @param readyMs How long it had been ready; 0 when it never was.
   * @param explained How many of the latest failures, this one included, were one poison key's doing: they say
   *   nothing of the plugin, do not count, and the next life may start soon.
   */
  failed(readyMs: number, explained: number = 0): RestartDecision {
    const { burst, windowMs, backoffMs, maxBackoffMs } = this.limits;
    const now = this.#clock.monotonic();
    if (readyMs >= windowMs) this.reset();
    this.#failures = this.#failures.filter((at) => now - at < windowMs);
    // Without a burst nothing is counted: a window may be years long.
    if (burst > 0) this.#failures.push(now);
    this.#attempts += 1;
    if (explained > 0) {
      this.#failures.splice(-explained);
      this.#attempts = 1;
    }
    if (burst > 0 && this.#failures.length > burst) this.#isQuarantined = true;
    if (this.#isQuarantined) return { isQuarantined: true, delayMs: this.#jitter(maxBackoffMs) };
    const delayMs = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(this.#attempts - 1, MAX_DOUBLINGS));
    return { isQuarantined: false, delayMs: this.#jitter(delayMs) };
  }

  /** Forgets all failures: a hand has restarted the plugin, or it has been healthy for long. */
  reset(): void {
    this.#failures = [];
    this.#attempts = 0;
    this.#isQuarantined = false;
  }

  #jitter(delayMs: number): number {
    return delayMs / 2 + (delayMs / 2) * this.#random();
  }
}
