import type { Loader } from "./loader.js";

/** How long to wait for one call, and what ends the waiting early. */
export interface WaitOptions {
  /** Ends the waiting of this call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long this call waits at most, from now: `"100ms"` or milliseconds, above 0. */
  readonly deadline?: string | number;
}

/** How to get values. */
export interface GetOptions<T> extends WaitOptions {
  /**
   * Loads instead of the category's loaders. Gets that wait for the same load share it, whichever function it is.
   * `false`: nothing is loaded, and what there is, fresh, is the answer.
   */
  readonly load?: Loader<T> | false;
  /**
   * Whether to load whatever there is; default `false`. A load that is in the air already is joined, and no expired
   * value is answered where it fails.
   */
  readonly fresh?: boolean;
}

/** How to load a value again. */
export interface RefreshOptions<T> extends WaitOptions {
  /** Loads instead of the category's loaders, as in {@link GetOptions}. */
  readonly load?: Loader<T>;
}

/** How to set values. */
export interface SetOptions {
  /** For how long a value is fresh: `"10m"` or milliseconds, above 0. The category's `ttl` applies if it is shorter. */
  readonly ttl?: string | number;
}
