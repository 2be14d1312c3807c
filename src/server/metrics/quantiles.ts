import type { Sample } from "./metric-definition.js";

const MS_PER_SECOND = 1000;

/**
 * One sample for each quantile that is known.
 * @param values milliseconds, by quantile.
 */
export function quantiles(
  labels: Readonly<Record<string, string>>,
  values: Readonly<Record<string, number | undefined>>,
): readonly Sample[] {
  return Object.entries(values).flatMap(([quantile, ms]) =>
    ms === undefined ? [] : [{ labels: { ...labels, quantile }, value: ms / MS_PER_SECOND }],
  );
}
