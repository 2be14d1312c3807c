/**
 * Fetches the value of a key where it comes from; `undefined` means that there is none. It is called once for all
 * gets that wait for the key, and is given up after the category's `loadTimeout`.
 */
export type Loader<T> = (key: string, context: LoadContext<T>) => T | undefined | Promise<T | undefined>;

/**
 * Fetches the values of several keys at once. Answers one result for each key, in their order: its value, `undefined`
 * where there is none, or an `Error` where that key failed. What it throws fails all of them.
 */
export type ManyLoader<T> = (
  keys: readonly string[],
  context: LoadManyContext<T>,
) => readonly (T | Error | undefined)[] | Promise<readonly (T | Error | undefined)[]>;

/** What a loader is told. The object may be destructured. */
export interface LoadContext<T> {
  /** Aborts when the load is given up: after `loadTimeout`, or when the Stockpile closes. */
  readonly signal: AbortSignal;
  /** The value there was before, expired or not, where one was at hand. */
  readonly previous: T | undefined;
  /**
   * Whether `previous` may still be answered where this load fails: it is within its `grace`. A loader that cannot ask
   * as often as it would does without what has one first.
   */
  readonly hasFallback: boolean;
  /**
   * Sets for how long the value being loaded is fresh, instead of the category's `ttl`.
   * @param ttl `"10s"` or milliseconds, above 0. The category's `ttl` still applies: the earlier of the two counts.
   * @throws {TypeError | RangeError} it is none: the load fails unless the loader catches that.
   */
  readonly setTtl: (ttl: string | number) => void;
}

/** What a loader of several keys is told. The object may be destructured. */
export interface LoadManyContext<T> {
  /** Aborts when the load is given up: after `loadTimeout`, or when the Stockpile closes. */
  readonly signal: AbortSignal;
  /** The values there were before, expired or not, by key, where they were at hand. */
  readonly previous: ReadonlyMap<string, T>;
  /** Those of the keys whose previous value may still be answered where they fail: it is within its `grace`. */
  readonly fallbacks: ReadonlySet<string>;
  /**
   * Sets for how long what is being loaded is fresh, instead of the category's `ttl`, which still applies: the earlier
   * counts.
   * @param ttl `"10s"` or milliseconds, above 0.
   * @param key The one it is for; without, all that have none of their own.
   * @throws {TypeError | RangeError} it is none: the load fails unless the loader catches that.
   */
  readonly setTtl: (ttl: string | number, key?: string) => void;
}
