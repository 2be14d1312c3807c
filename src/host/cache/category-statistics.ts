import type { StockpileError } from "../../contract/errors.js";
import type { Clock } from "../clock.js";
import { RecentHistogram } from "../recent-histogram.js";
import type { CategoryHealth } from "./category-health.js";
import type { CategorySettings } from "./category-settings.js";
import type { QuietFailure } from "./quiet-failure.js";

/** Where the value of a get comes from, or that it has failed. */
type GetSource = keyof CategoryHealth["gets"];

/** Counts what a category does, and notes what fails without rejecting anything. */
export class CategoryStatistics {
  /** Gets that are answered at once are counted up here by whoever answers them, which costs them the least. */
  readonly gets: Record<GetSource, number> = {
    near: 0,
    backend: 0,
    pending: 0,
    loader: 0,
    stale: 0,
    none: 0,
    failed: 0,
  };
  readonly #name: string;
  readonly #clock: Clock;
  readonly #isTimed: boolean;
  readonly #report: (failure: QuietFailure) => void;
  /** Made as they are needed: most categories know two or three sources. */
  readonly #getTimes = new Map<keyof CategoryHealth["getTimes"], RecentHistogram>();
  #loadTimes: RecentHistogram | undefined;
  #loadsSucceeded = 0;
  #loadsFailed = 0;
  #undecodable = 0;

  constructor({
    name,
    isTimed,
    clock,
    report,
  }: Pick<CategorySettings<unknown>, "name" | "isTimed" | "clock" | "report">) {
    this.#name = name;
    this.#isTimed = isTimed;
    this.#clock = clock;
    this.#report = report;
  }

  /**
   * A get has ended.
   * @param waitsSinceMs When it began to wait, monotonic; `undefined`: it has not.
   */
  countGet(source: GetSource, waitsSinceMs: number | undefined): void {
    this.gets[source] += 1;
    // One that waited for a load can be answered by what was set meanwhile: that is no time of the near cache.
    if (!this.#isTimed || waitsSinceMs === undefined || source === "near" || source === "pending") return;
    const nowMs = this.#clock.monotonic();
    let times = this.#getTimes.get(source);
    if (times === undefined) {
      times = new RecentHistogram(this.#clock);
      this.#getTimes.set(source, times);
    }
    times.record(nowMs - waitsSinceMs, nowMs);
  }

  /** A load has ended. One whose value cannot be encoded has failed. */
  countLoad(isSuccess: boolean, elapsedMs: number): void {
    if (isSuccess) this.#loadsSucceeded += 1;
    else this.#loadsFailed += 1;
    if (!this.#isTimed) return;
    this.#loadTimes ??= new RecentHistogram(this.#clock);
    this.#loadTimes.record(elapsedMs);
  }

  /** Something failed and the cache went on without. */
  noteFailure(operation: QuietFailure["operation"], key: string, error: StockpileError): void {
    if (operation === "decode") this.#undecodable += 1;
    try {
      this.#report({ operation, category: this.#name, key, error });
    } catch {
      // A log that cannot be written must not fail a get.
    }
  }

  snapshot(): Pick<CategoryHealth, "gets" | "getTimes" | "loads" | "undecodable"> {
    const times = this.#loadTimes?.percentiles();
    return {
      gets: { ...this.gets },
      getTimes: this.#recentGetTimes(),
      loads: {
        succeeded: this.#loadsSucceeded,
        failed: this.#loadsFailed,
        ...(times === undefined ? {} : { p50Ms: times.p50Ms, p99Ms: times.p99Ms }),
      },
      undecodable: this.#undecodable,
    };
  }

  #recentGetTimes(): CategoryHealth["getTimes"] {
    const known = [...this.#getTimes].flatMap(([source, histogram]) => {
      const times = histogram.percentiles();
      return times === undefined ? [] : [[source, times] as const];
    });
    return Object.fromEntries(known);
  }
}
