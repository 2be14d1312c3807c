import type { Percentiles } from "../recent-histogram.js";

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
   * How long gets took lately that had to wait, by where their value came from, as in `gets`: for a read of the backend,
   * a load or both, until they were answered or rejected. Each key of several counts by itself. `near` and `pending` are
   * not there, nor is an absence that is remembered: what this process has is answered at once. The others are absent
   * where there were none.
   */
  readonly getTimes: {
    readonly backend?: Percentiles;
    readonly loader?: Percentiles;
    readonly stale?: Percentiles;
    readonly none?: Percentiles;
    readonly failed?: Percentiles;
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
