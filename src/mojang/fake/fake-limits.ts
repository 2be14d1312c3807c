import type { Clock } from "../../host/main.js";
import type { BudgetLimits } from "../upstream/budget.js";

/** Refuses what is over a limit: counts the requests of the time that is just over, as an upstream is said to do. */
export class FakeLimit {
  readonly #limits: BudgetLimits;
  readonly #clock: Clock;
  /** When requests came that were not refused; as many as the limit at most. */
  #times: number[] = [];

  constructor(limits: BudgetLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Whether a request is within the limit, which counts it. */
  admit(): boolean {
    const now = this.#clock.monotonic();
    this.#times = this.#times.filter((time) => now - time < this.#limits.per);
    if (this.#times.length >= this.#limits.requests) return false;
    this.#times.push(now);
    return true;
  }
}
