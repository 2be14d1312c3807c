import type { Clock } from "../../host/main.js";
import type { Priority } from "./priority.js";

/** How much may be sent to a host. */
export interface BudgetLimits {
  /** At most so many in any time of `per`, logins apart. */
  readonly requests: number;
  /** In ms. */
  readonly per: number;
}

/**
 * How much of it is left to those who are less patient. What is refreshed can be answered as it is, and what was never
 * asked for cannot; and one list of names is not to be all that a network can ask for minutes.
 */
const SHARE_LEFT: Readonly<Record<Exclude<Priority, "login">, number>> = {
  first: 0,
  bulk: 0.25,
  refresh: 0.5,
};

/**
 * What may still be sent to a host: a token bucket. It holds half of the limit and is filled with the other half over the
 * limit's time, so that no window of that time, wherever it begins, sees more than the limit.
 *
 * Logins are never refused for want of tokens, since a refused login is a player turned away: they leave the bucket in
 * debt, and everybody else waits until it is paid. Debt has an end all the same: whoever floods a game server with
 * logins is not to have this address banned.
 */
export class Budget {
  readonly capacity: number;
  readonly #clock: Clock;
  readonly #perMs: number;
  #tokens: number;
  #filledAt: number;

  constructor({ requests, per }: BudgetLimits, clock: Clock) {
    this.capacity = Math.max(requests / 2, 1);
    this.#clock = clock;
    this.#perMs = per;
    this.#tokens = this.capacity;
    this.#filledAt = clock.monotonic();
  }

  /** Requests that could be sent at once, by those who are first; below 0: what logins have taken beyond it. */
  get left(): number {
    this.#fill();
    return Math.floor(this.#tokens);
  }

  /** Takes a token; answers whether there was one to be had. */
  take(priority: Priority): boolean {
    this.#fill();
    if (this.#tokens - 1 < this.#least(priority)) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Gives a token back that was not used. */
  giveBack(): void {
    this.#tokens = Math.min(this.capacity, this.#tokens + 1);
  }

  /** In how many ms so many requests of that priority could be sent at once, or as many of them as ever can be. */
  waitMs(priority: Priority, requests: number = 1): number {
    this.#fill();
    const missing = Math.min(this.#least(priority) + requests, this.capacity) - this.#tokens;
    return Math.max(0, Math.ceil((missing * this.#perMs) / this.capacity));
  }

  /** What must be left after a request. */
  #least(priority: Priority): number {
    if (priority === "login") return -this.capacity;
    // A bucket of one token is for everybody, or nothing would ever be refreshed.
    return this.capacity < 2 ? 0 : this.capacity * SHARE_LEFT[priority];
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const gained = ((now - this.#filledAt) * this.capacity) / this.#perMs;
    this.#tokens = Math.min(this.capacity, this.#tokens + gained);
    this.#filledAt = now;
  }
}
