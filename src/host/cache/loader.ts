/**
 * Fetches the value of a key where it comes from; `undefined` means that there is none. It is called once for all
 * gets that wait for the key, and is given up after the category's `loadTimeout`.
 */
export type Loader<T> = (key: string, context: LoadContext<T>) => T | undefined | Promise<T | undefined>;

/** What a loader is told. The object may be destructured. */
export interface LoadContext<T> {
  /** Aborts when the load is given up: after `loadTimeout`, or when the Stockpile closes. */
  readonly signal: AbortSignal;
  /** The expired value, where the backend still had one. */
  readonly previous: T | undefined;
  /**
   * Sets for how long the value being loaded is fresh, instead of the category's `ttl`.
   * @param ttl `"10s"` or milliseconds, above 0. The category's `ttl` still applies: the earlier of the two counts.
   * @throws {TypeError | RangeError} it is none: the load fails unless the loader catches that.
   */
  readonly setTtl: (ttl: string | number) => void;
}
