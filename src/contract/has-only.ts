/**
 * Whether data that came from the far side holds what is read of it and no more. What nobody reads has been decoded all
 * the same, and may be made to take as long as the sender likes: no worker of ours sends any.
 */

/** Whether an object has no other members than these. */
export function hasOnlyMembers(object: object, names: ReadonlySet<string>): boolean {
  for (const name of Object.keys(object)) if (!names.has(name)) return false;
  return true;
}

/** Whether an array has all its items and nothing besides. */
export function hasOnlyItems(array: readonly unknown[]): boolean {
  const keys = Object.keys(array);
  // Items come first, in order: with as many keys as items, the last one tells whether all of them are items.
  return keys.length === array.length && (keys.length === 0 || keys.at(-1) === String(keys.length - 1));
}
