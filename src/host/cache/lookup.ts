import type { StockpileError } from "../../contract/errors.js";

/**
 * Where a value came from: the near cache, the backend, a write that is waiting, the loader; `none` where there is
 * no value.
 */
export type LookupSource = "near" | "backend" | "pending" | "loader" | "none";

/** Nothing has failed. Frozen, as all that lookups are given, because it is everybody's. */
export const NO_FAILURES: readonly StockpileError[] = Object.freeze([]);

/** How a get ended, besides its value. Times in ms since the epoch. */
export interface LookupOrigin {
  readonly source: LookupSource;
  /** Whether the value was answered though it had expired: within its grace, because it could not be loaded in time. */
  readonly stale: boolean;
  /** When the value was set or loaded; absent where there is none, or it was too large to be stored. */
  readonly storedAt?: number;
  /** Until when the value is fresh; absent where there is none, or it does not expire. */
  readonly expiresAt?: number;
  /** True of a value that was loaded because another had expired; left out of any other. */
  readonly hadExpired?: true;
  /** What failed on the way and did not keep the get from an answer, in the order it happened. */
  readonly failures: readonly StockpileError[];
}

/** A value together with where it came from. */
export interface Lookup<T> extends LookupOrigin {
  readonly value: T | undefined;
}
