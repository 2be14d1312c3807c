/** The error of a call for several keys, some of which failed, with the errors of those. */
export function someKeysFailed(
  operation: string,
  reasons: readonly unknown[],
  keyCount: number,
  category: string,
): AggregateError {
  const message = `Cannot ${operation} ${reasons.length} of ${keyCount} keys of category ${category}`;
  return new AggregateError(reasons, message);
}
