/** What is counted of a plugin's calls, over all its lives. */
import type { RecentHistogram } from "../recent-histogram.js";

/** Counts of calls. `failed` excludes `timedOut`; `refused` calls were never sent. */
export interface CallCounts {
  readonly inFlight: number;
  readonly inFlightBytes: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly refused: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
}

export class CallStatistics {
  succeeded = 0;
  failed = 0;
  timedOut = 0;
  refused = 0;
  readonly #durations: RecentHistogram;

  constructor(durations: RecentHistogram) {
    this.#durations = durations;
  }

  /** A call has ended with a result, `nowMs`. */
  succeed(durationMs: number, nowMs: number): void {
    this.succeeded += 1;
    this.#durations.record(durationMs, nowMs);
  }

  snapshot(inFlight: number, inFlightBytes: number): CallCounts {
    return {
      inFlight,
      inFlightBytes,
      succeeded: this.succeeded,
      failed: this.failed,
      timedOut: this.timedOut,
      refused: this.refused,
      ...this.#durations.percentiles(),
    };
  }
}
