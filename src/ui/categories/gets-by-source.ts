/** Where the values of a category came from. */
import type { CategoryHealth } from "../data/wire.js";

/** The sources, in the order they are tried. */
export const SOURCES = ["near", "pending", "backend", "loader", "stale", "none", "failed"] as const;

/** One of {@link SOURCES}. */
export type Source = (typeof SOURCES)[number];

/** What each means, for who does not know. */
export const SOURCE_HINTS: Readonly<Record<Source, string>> = {
  near: "from the memory of the server",
  pending: "from a write that was under way",
  backend: "from the plugin",
  loader: "loaded anew from its origin",
  stale: "expired, answered within its grace",
  none: "there was none",
  failed: "the get failed",
};

/** Sources that spare asking anybody else. */
const HITS: readonly Source[] = ["near", "backend", "pending"];

/** How many gets there were. */
export function totalGets(gets: CategoryHealth["gets"]): number {
  return SOURCES.reduce((sum, source) => sum + gets[source], 0);
}

/** The share of gets that were hits; `undefined`: there were no gets. */
export function hitRate(gets: CategoryHealth["gets"]): number | undefined {
  const total = totalGets(gets);
  return total === 0 ? undefined : HITS.reduce((sum, source) => sum + gets[source], 0) / total;
}

/** What 99 of 100 gets with that source did not exceed lately, in ms; `undefined`: none of them had to wait. */
export function p99MsOf(getTimes: CategoryHealth["getTimes"], source: Source): number | undefined {
  return source === "near" || source === "pending" ? undefined : getTimes[source]?.p99Ms;
}
