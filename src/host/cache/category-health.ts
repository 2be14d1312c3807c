/** What a category has done since it was opened. */
export interface CategoryHealth {
  readonly name: string;
  /** The plugin that stores it, by its key in the configuration. */
  readonly plugin: string;
  /** The id of its backend; absent while the configuration leaves it to a plugin that has not started. */
  readonly backend?: string;
  /**
   * Gets by where their value came from. `stale` ones are counted there only; `failed` ones rejected, for another
   * reason than an abort, a bad argument or a closed Stockpile.
   */
  readonly gets: {
    readonly near: number;
    readonly backend: number;
    readonly pending: number;
    readonly loader: number;
    readonly stale: number;
    readonly none: number;
    readonly failed: number;
  };
  /**
   * Keys that were loaded, without those whose load closing has stopped; percentiles of how long loads took lately,
   * absent where there were none.
   */
  readonly loads: {
    readonly succeeded: number;
    readonly failed: number;
    readonly p50Ms?: number;
    readonly p99Ms?: number;
  };
  /** Entries of the backend that were no value: no envelope, another codec, another key's, or bytes the codec refused. Counted each time one is met. */
  readonly undecodable: number;
  readonly near: { readonly entries: number; readonly bytes: number };
}
