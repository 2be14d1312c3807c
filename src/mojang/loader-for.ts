import type { Loader } from "../host/main.js";
import type { Priority } from "./upstream/priority.js";

/** Fetches one entry from Mojang; `undefined`: there is none. */
export type EntryLoader<T> = (
  key: string,
  priority: Priority,
  previous: T | undefined,
) => Promise<T | undefined>;

/**
 * A category's loader. What can be answered as it is, is refreshed, for those who can do without.
 * @param priority of anything else.
 */
export function loaderFor<T>(load: EntryLoader<T>, priority: Priority): Loader<T> {
  return (key, { previous, hasFallback }) => load(key, hasFallback ? "refresh" : priority, previous);
}
