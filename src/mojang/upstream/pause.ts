import type { Clock } from "../../host/main.js";
import type { UpstreamError } from "./upstream-error.js";

/** After a 429, doubled by each further one: Mojang does not say for how long, and asking on makes it longer. */
const LIMITED_MS = 5_000;
/** The window that the limit of look-ups is said to have: it is over then, whatever it was. */
const MAX_LIMITED_MS = 120_000;
/** What an upstream may ask for by `Retry-After`. */
const MAX_RETRY_AFTER_MS = 600_000;
/** Failures in a row after which a host counts as down: Mojang is known to fail every other request. */
const FAILURES_UNTIL_DOWN = 4;
/** For how long a host that is down is left alone, doubled by each further failure. */
const DOWN_MS = 1_000;
const MAX_DOWN_MS = 30_000;

/**
 * When a host is left alone: after it has said that it is asked too much, and while it is down. Whoever asks meanwhile is
 * told at once instead of after a time limit. Once a pause is over, the next request shows whether things are better.
 */
export class Pause {
  readonly #clock: Clock;
  #untilMs = 0;
  #limitedInARow = 0;
  #failedInARow = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In how many ms it is over; 0: there is none. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - this.#clock.monotonic());
  }

  /** Whether it is one because the host has said that it is asked too much. */
  get isForLimit(): boolean {
    return this.#limitedInARow > 0;
  }

  /** The host has answered as it should. */
  succeeded(): void {
    this.#untilMs = 0;
    this.#limitedInARow = 0;
    this.#failedInARow = 0;
  }

  /** The host has not answered, or not as it should. */
  failed(error: UpstreamError): void {
    if (error.failure === "limited") {
      const ownMs = Math.min(LIMITED_MS * 2 ** this.#limitedInARow, MAX_LIMITED_MS);
      this.#limitedInARow += 1;
      this.#begin(Math.min(error.retryAfterMs ?? ownMs, MAX_RETRY_AFTER_MS));
    } else if (error.isTransient) {
      this.#failedInARow += 1;
      const over = this.#failedInARow - FAILURES_UNTIL_DOWN;
      if (over >= 0) this.#begin(Math.min(DOWN_MS * 2 ** over, MAX_DOWN_MS));
    }
  }

  #begin(forMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#clock.monotonic() + forMs);
  }
}
