import { integerWithin, readParameters } from "@stockpile/core/plugin";

/** What the configuration may say under `storage.parameters`. */
export interface BackendParameters {
  /** The most entries of one category; past it the oldest go. */
  readonly maxEntries: number;
}

const DEFAULT_MAX_ENTRIES = 10_000;
const MAX_ENTRIES_LIMIT = 1_000_000;

/**
 * Fills in defaults and checks what is given.
 * @throws {TypeError} naming every parameter that is unknown or wrong.
 */
export function parseParameters(parameters: unknown): BackendParameters {
  return readParameters(parameters, { action: 'open storage backend "%NAME%"' }, (reader) => ({
    maxEntries: reader.read("maxEntries", integerWithin(1, MAX_ENTRIES_LIMIT), DEFAULT_MAX_ENTRIES),
  }));
}
