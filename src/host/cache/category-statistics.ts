import type { StockpileError } from "../../contract/errors.js";
import { RecentHistogram } from "../recent-histogram.js";
import type { CategoryHealth } from "./category-health.js";
import type { CategorySettings } from "./category-settings.js";
import type { QuietFailure } from "./quiet-failure.js";

/** Counts what a category does, and notes what fails without rejecting anything. */
export class CategoryStatistics {
  /** Counted up by the callers themselves. */
  readonly gets: Record<keyof CategoryHealth["gets"], number> = {
    near: 0,
    backend: 0,
    pending: 0,
    loader: 0,
    stale: 0,
    none: 0,
    failed: 0,
  };
  readonly #name: string;
  readonly #report: (failure: QuietFailure) => void;
  readonly #loadTimes: RecentHistogram;
  #loadsSucceeded = 0;
  #loadsFailed = 0;
  #undecodable = 0;

  constructor({ name, clock, report }: Pick<CategorySettings<unknown>, "name" | "clock" | "report">) {
    this.#name = name;
    this.#report = report;
    this.#loadTimes = new RecentHistogram(clock);
  }

  /** A load has ended. One whose value cannot be encoded has failed. */
  countLoad(isSuccess: boolean, elapsedMs: number): void {
    if (isSuccess) this.#loadsSucceeded += 1;
    else this.#loadsFailed += 1;
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

  snapshot(): Pick<CategoryHealth, "gets" | "loads" | "undecodable"> {
    const times = this.#loadTimes.percentiles();
    return {
      gets: { ...this.gets },
      loads: {
        succeeded: this.#loadsSucceeded,
        failed: this.#loadsFailed,
        ...(times === undefined ? {} : { p50Ms: times.p50Ms, p99Ms: times.p99Ms }),
      },
      undecodable: this.#undecodable,
    };
  }
}
