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
 * told at once instead of after a time limit. Once a pause is over, one request shows whether things are better.
 *
 * Requests that were under way when a pause began, and logins, which go on during it, are answered late. All their
 * failures are one trouble, which counts once, and a success among them is no news of it.
 */
export class Pause {
  readonly #clock: Clock;
  #beganAtMs = 0;
  #untilMs = 0;
  #limitedInARow = 0;
  #failedInARow = 0;
  #isProbing = false;

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

  /** Whether the host may be asked: not during a pause, nor while a request shows whether things are better. */
  get isOver(): boolean {
    return this.leftMs === 0 && !this.#isProbing;
  }

  /**
   * A request is sent that is no login. After a pause it is the one that shows whether things are better.
   * @returns what is to be called when it has ended, however it has; `undefined`: it is a request as any other.
   */
  beginProbe(): (() => void) | undefined {
    if (!this.isForLimit && this.#failedInARow < FAILURES_UNTIL_DOWN) return undefined;
    this.#isProbing = true;
    return () => void (this.#isProbing = false);
  }

  /**
   * The host has answered as it should.
   * @param startedAtMs when the request was sent, on the monotonic clock.
   * @returns whether that says that nothing is wrong with it.
   */
  succeeded(startedAtMs: number): boolean {
    // That a login got through shows that the host is there, and not that others are let through again.
    if (startedAtMs < (this.isForLimit ? this.#untilMs : this.#beganAtMs)) return false;
    this.#untilMs = 0;
    this.#limitedInARow = 0;
    this.#failedInARow = 0;
    return true;
  }

  /**
   * The host has not answered, or not as it should.
   * @param startedAtMs when the request was sent, on the monotonic clock.
   */
  failed(error: UpstreamError, startedAtMs: number): void {
    const isForLimit = error.failure === "limited";
    // A limit is news to a pause that was for something else.
    if (startedAtMs < this.#untilMs && (this.isForLimit || !isForLimit)) return;
    if (isForLimit) {
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
    this.#beganAtMs = this.#clock.monotonic();
    this.#untilMs = Math.max(this.#untilMs, this.#beganAtMs + forMs);
  }
}
