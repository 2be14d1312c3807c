import type { ConfigPath } from "./format-path.js";
import type { Place, PlacedNode } from "./place.js";

/** The place of what is at this path; of a path that is not there, the place of what it would be in. */
export function findPlace(path: ConfigPath, root: PlacedNode): Place | undefined {
  let node = root;
  for (const segment of path) {
    const child = node.children?.get(segment);
    if (child === undefined) break;
    node = child;
  }
  return node.place;
}
