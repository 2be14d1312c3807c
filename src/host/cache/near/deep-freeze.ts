/**
 * Freezes a value with all that it holds, and answers it. For what JSON can say: other objects keep state where
 * freezing does not reach.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  // A stack of its own: JSON may be nested deeper than calls may be.
  const open: object[] = [value];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (Object.isFrozen(holder) && Object.keys(holder).length > 0) continue;
    Object.freeze(holder);
    for (const held of Object.values(holder)) {
      if (typeof held === "object" && held !== null) open.push(held);
    }
  }
  return value;
}
