import type { Observation } from "../host/observation.js";

/** Of what was seen of a cell as much as a report keeps. */
export interface Digest {
  /** How calls ended, by code or `answered`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What the plugin ended with. */
  readonly ends: readonly string[];
  /** Absent where the plugin did not serve again. */
  readonly recoveredMs?: number;
  /** Absent where it did not close. */
  readonly closeMs?: number;
  readonly longestStallMs: number;
  /** Values that were there before the fault and not written since. */
  readonly untouched: number;
}

/** Times are rounded to whole ms. */
export function digestOf({
  calls,
  ends,
  recoveredMs,
  close,
  longestStallMs,
  untouched,
}: Observation): Digest {
  return {
    outcomes: calls.outcomes,
    ends: ends.map(({ kind }) => kind),
    ...(recoveredMs === undefined ? {} : { recoveredMs: Math.round(recoveredMs) }),
    ...(close === undefined ? {} : { closeMs: Math.round(close.ms) }),
    longestStallMs: Math.round(longestStallMs),
    untouched,
  };
}
