import type { Loader } from "../host/main.js";
import type { Asker } from "./upstream/asker.js";

/** Fetches one entry from Mojang; `undefined`: there is none. */
export type EntryLoader<T> = (key: string, asker: Asker, previous: T | undefined) => Promise<T | undefined>;

/**
 * A category's loader. What can be answered as it is, is refreshed, for those who can do without.
 * @param newcomer on whose behalf anything else is asked for.
 */
export function loaderFor<T>(
  load: EntryLoader<T>,
  newcomer: Pick<Asker, "priority" | "waitUntilMs">,
): Loader<T> {
  return (key, { previous, hasFallback, signal }) =>
    load(key, hasFallback ? { priority: "refresh", signal } : { ...newcomer, signal }, previous);
}
