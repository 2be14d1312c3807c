import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Clock } from "./clock.js";

/** How far percentiles look back, in ms: long enough for rare calls to count, short enough to see trouble begin. */
const DEFAULT_WINDOW_MS = 60_000;
const MICROSECONDS_PER_MS = 1000;
/** Longer durations count as this one, in microseconds: 10 minutes, beyond any limit of a call or a load. */
const MAX_MICROSECONDS = 600_000_000;
/** Two digits, an error within 1 %, hold a half to 59 KiB; three would take 143 KiB (measured, Node 20). */
const SIGNIFICANT_FIGURES = 2;

/** What durations were like, in ms: half, 95 % and 99 % of them took no longer. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/**
 * Durations of the last `windowMs`, as a high dynamic range histogram: recording takes no memory, and outliers are
 * not sampled away. Two halves take turns: each gathers for half a window, then answers for another half, so what
 * is answered is between half a window and a whole one old.
 */
export class RecentHistogram {
  readonly #clock: Clock;
  readonly #halfMs: number;
  /** The half that gathers, and the one before it. */
  #current: RecordableHistogram = createHalf();
  #former: RecordableHistogram = createHalf();
  /** When the current half began, monotonic. */
  #beganAtMs: number;

  /** @param windowMs How far back percentiles look, default 60,000. */
  constructor(clock: Clock, windowMs: number = DEFAULT_WINDOW_MS) {
    this.#clock = clock;
    this.#halfMs = windowMs / 2;
    this.#beganAtMs = clock.monotonic();
  }

  /**
   * Counts a duration of `ms`, to the microsecond.
   * @param nowMs What the clock says, for whoever has just asked it.
   */
  record(ms: number, nowMs: number = this.#clock.monotonic()): void {
    this.#turn(nowMs);
    const microseconds = Math.min(Math.round(ms * MICROSECONDS_PER_MS), MAX_MICROSECONDS);
    // The histogram refuses 0, and NaN fails the comparison too.
    this.#current.record(microseconds > 1 ? microseconds : 1);
  }

  /** The percentiles of what was recorded lately; `undefined` where nothing was. */
  percentiles(): Percentiles | undefined {
    this.#turn(this.#clock.monotonic());
    if (this.#former.count === 0 && this.#current.count === 0) return undefined;
    sum.reset();
    sum.add(this.#former);
    sum.add(this.#current);
    return {
      p50Ms: sum.percentile(50) / MICROSECONDS_PER_MS,
      p95Ms: sum.percentile(95) / MICROSECONDS_PER_MS,
      p99Ms: sum.percentile(99) / MICROSECONDS_PER_MS,
    };
  }

  /** Swaps the halves when the current one has had its time. */
  #turn(nowMs: number): void {
    const ageMs = nowMs - this.#beganAtMs;
    if (ageMs < this.#halfMs) return;
    const emptied = this.#former;
    emptied.reset();
    this.#former = this.#current;
    this.#current = emptied;
    // After a silence the half before is too old as well.
    if (ageMs >= this.#halfMs * 2) this.#former.reset();
    this.#beganAtMs = nowMs;
  }
}

/** Where the halves are added up, for one question at a time: a new one for each costs milliseconds of collection. */
const sum: RecordableHistogram = createHalf();

function createHalf(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: MAX_MICROSECONDS, figures: SIGNIFICANT_FIGURES });
}
