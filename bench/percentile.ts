/**
 * The value that `share` of the values do not exceed, between two neighbours by their distance.
 * @param share 0 to 1; 0.5 is the median.
 * @returns NaN for no values.
 */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
