/**
 * Freezes a value with all that it holds, where that is only what JSON can say: other objects, as a `Date` or bytes
 * that a schema made, keep state where freezing does not reach.
 * @returns whether it did; otherwise nothing is frozen.
 */
export function deepFreeze(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  // What is added is gone through as well: JSON may be nested deeper than calls may be, and schemas make circles.
  const holders = new Set<object>([value]);
  for (const holder of holders) {
    if (!isPlain(holder)) return false;
    for (const held of Object.values(holder) as unknown[]) {
      if (typeof held === "function") return false;
      if (typeof held === "object" && held !== null) holders.add(held);
    }
  }
  for (const holder of holders) Object.freeze(holder);
  return true;
}

function isPlain(holder: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(holder);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
