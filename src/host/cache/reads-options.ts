import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { EntryCoder } from "./entry-coder.js";
import type { LocalState } from "./local-state.js";

/** What the reads and the loads of a category work with. */
export interface ReadsOptions<T> {
  readonly settings: CategorySettings<T>;
  readonly coder: EntryCoder<T>;
  readonly statistics: CategoryStatistics;
  readonly local: LocalState<T>;
}
