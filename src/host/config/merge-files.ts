import { isJsonObject } from "./json-value.js";
import type { PlacedNode } from "./place.js";

/** A value with what is known of its place. */
interface Placed {
  readonly data: unknown;
  readonly root: PlacedNode;
}

/**
 * Merges what the files of a folder say: objects key by key, at any depth; of anything else, an array included, the
 * later file's stands.
 *
 * @param files JSON objects nested no deeper than `MAX_DEPTH`, in the order of their files.
 */
export function mergeFiles(files: readonly Placed[]): Placed {
  const nothing: Placed = { data: {}, root: { place: undefined } };
  const { data, root } = files.reduce(merge, nothing);
  // No file says the whole.
  return { data, root: { ...root, place: undefined } };
}

function merge(earlier: Placed, later: Placed): Placed {
  if (!isJsonObject(earlier.data) || !isJsonObject(later.data)) return later;
  const values = new Map(entriesOf(earlier.data, earlier.root));
  for (const [key, value] of entriesOf(later.data, later.root)) {
    const before = values.get(key);
    values.set(key, before === undefined ? value : merge(before, value));
  }
  const entries = [...values];
  return {
    // Own properties whatever the key: `__proto__` is to be reported as in a single file.
    data: Object.fromEntries(entries.map(([key, { data }]) => [key, data])),
    root: {
      place: later.root.place,
      children: new Map(entries.map(([key, { root }]) => [key, root])),
    },
  };
}

function entriesOf(data: object, { place, children }: PlacedNode): [string, Placed][] {
  return Object.entries(data).map(([key, value]) => [
    key,
    { data: value, root: children?.get(key) ?? { place } },
  ]);
}
