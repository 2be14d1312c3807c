import { setImmediate } from "node:timers/promises";

/** Makes something of each portion of a list, one in a turn of the event loop: a long list would hold up everybody else. */
export async function inPortions<T, R>(
  items: readonly T[],
  size: number,
  make: (portion: readonly T[]) => R,
): Promise<R[]> {
  const made: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    // oxlint-disable-next-line no-await-in-loop -- others have their turn
    if (start > 0) await setImmediate();
    made.push(make(items.slice(start, start + size)));
  }
  return made;
}
