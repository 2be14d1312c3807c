import type { StockpileError } from "../../contract/errors.js";
import type { Deadline } from "../calls/deadlines.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { Loader } from "./loader.js";
import type { LookupOrigin } from "./lookup.js";

/** How a get is settled. */
export interface Settle<T> {
  /** Takes the value and where it came from. */
  readonly resolve: (value: T | undefined, origin: LookupOrigin) => void;
  readonly reject: (reason: unknown) => void;
}

const NO_FAILURES: readonly StockpileError[] = [];

/** One get that waits for a read or a load. It is settled once: by that, or by leaving it. */
export class Caller<T> {
  /** What loads for it; `undefined` where it wants what the backend has and nothing else. */
  readonly load: Loader<T> | undefined;
  /** What failed for it so far. */
  failures: readonly StockpileError[] = NO_FAILURES;
  /** What may end its waiting early, and is ended itself once it is settled. */
  deadline: Deadline | undefined;
  stopListening: (() => void) | undefined;
  readonly #statistics: CategoryStatistics;
  /** `undefined` once it is settled. */
  #settle: Settle<T> | undefined;

  constructor(load: Loader<T> | undefined, statistics: CategoryStatistics, settle: Settle<T>) {
    this.load = load;
    this.#statistics = statistics;
    this.#settle = settle;
  }

  get isWaiting(): boolean {
    return this.#settle !== undefined;
  }

  answer(value: T | undefined, origin: LookupOrigin): void {
    const settle = this.#release();
    if (settle === undefined) return;
    this.#statistics.gets[origin.source] += 1;
    settle.resolve(value, origin);
  }

  /** Rejects it, and counts it as failed. */
  fail(reason: unknown): void {
    const settle = this.#release();
    if (settle === undefined) return;
    this.#statistics.gets.failed += 1;
    settle.reject(reason);
  }

  /** Rejects it for a reason that is no failure of the cache's: its own, or that the cache is closed. */
  leave(reason: unknown): void {
    this.#release()?.reject(reason);
  }

  /** Drops all that it refers to: what it waited for may go on for long without it. */
  #release(): Settle<T> | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.deadline?.cancel();
    this.stopListening?.();
    this.deadline = undefined;
    this.stopListening = undefined;
    return settle;
  }
}
