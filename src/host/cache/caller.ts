import { AsyncResource } from "node:async_hooks";
import type { StockpileError } from "../../contract/errors.js";
import type { Deadline } from "../calls/deadlines.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { Loader } from "./loader.js";
import type { ManyLoads } from "./many-loads.js";
import { NO_FAILURES, type LookupOrigin } from "./lookup.js";

/** How a get is settled. */
export interface Settle<T> {
  /** Takes the value and where it came from. */
  readonly resolve: (value: T | undefined, origin: LookupOrigin) => void;
  readonly reject: (reason: unknown) => void;
}

/** One get that waits for a read or a load. It is settled once: by that, or by leaving it. */
export class Caller<T> {
  /** What loads for it; `undefined` where it wants what the backend has and nothing else. */
  load: Loader<T> | undefined;
  /** Whether an expired value is better for it than none. */
  readonly acceptsStale: boolean;
  /** What failed for it so far. */
  failures: readonly StockpileError[] = NO_FAILURES;
  /** What may end its waiting early, and is ended itself once it is settled. */
  deadline: Deadline | undefined;
  stopListening: (() => void) | undefined;
  /** What calls its loader, for several keys at once, if it does not run alone. */
  batch: ManyLoads<T> | undefined;
  /** Since when it waits for a read or a load, monotonic; `undefined`: it has not had to. */
  waitsSinceMs: number | undefined;
  /** Whether it waits for the backend. */
  isReading = false;
  /** Called once the backend need not be waited for: it has answered, or is not asked. */
  onReadEnd: (() => void) | undefined;
  readonly #statistics: CategoryStatistics;
  /** `undefined` once it is settled. */
  #settle: Settle<T> | undefined;

  /**
   * @param load What loads for it, if anything.
   * @param isFresh Whether it asks for a load, whatever there is: no expired value will do.
   */
  constructor(
    load: Loader<T> | undefined,
    isFresh: boolean,
    statistics: CategoryStatistics,
    settle: Settle<T>,
  ) {
    this.load = load;
    this.acceptsStale = !isFresh;
    this.#statistics = statistics;
    this.#settle = settle;
  }

  /** Has its loader run in the async context of this moment, whoever's read it will follow. */
  bindLoad(): void {
    const { load } = this;
    if (load === undefined) return;
    const asker = new AsyncResource("StockpileLoad");
    this.load = (key, context) => asker.runInAsyncScope(load, undefined, key, context);
  }

  get isWaiting(): boolean {
    return this.#settle !== undefined;
  }

  answer(value: T | undefined, origin: LookupOrigin): void {
    const settle = this.#release();
    if (settle === undefined) return;
    this.#statistics.countGet(origin.stale ? "stale" : origin.source, this.waitsSinceMs);
    settle.resolve(value, origin);
  }

  /** Rejects it, and counts it as failed. */
  fail(reason: unknown): void {
    const settle = this.#release();
    if (settle === undefined) return;
    this.#statistics.countGet("failed", this.waitsSinceMs);
    settle.reject(reason);
  }

  /** Rejects it for a reason that is no failure of the cache's: its own, or that the cache is closed. */
  leave(reason: unknown): void {
    this.#release()?.reject(reason);
  }

  /** The backend need not be waited for any more. */
  endRead(): void {
    const { onReadEnd } = this;
    this.isReading = false;
    this.onReadEnd = undefined;
    onReadEnd?.();
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
