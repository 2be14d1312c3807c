/** Whether a figure grows: told by its slope over a run, in a way that a few outliers do not change. */

/**
 * The slope of Theil and Sen: the median of the slopes between all pairs of points
 * (https://en.wikipedia.org/wiki/Theil–Sen_estimator). Up to 29 % of the points may be anywhere.
 * @returns What `values` grow by from one to the next; 0 for fewer than two.
 */
export function slopeOf(values: readonly number[]): number {
  const slopes: number[] = [];
  for (const [at, value] of values.entries()) {
    for (let later = at + 1; later < values.length; later += 1) {
      slopes.push(((values[later] as number) - value) / (later - at)); // it is below the length
    }
  }
  return medianOf(slopes);
}

/** @returns 0 for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
