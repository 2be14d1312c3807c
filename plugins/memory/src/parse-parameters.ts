/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { integerWithin, readParameters } from "@stockpile/core/plugin";

/**
 * Entries kept unless told otherwise. With values of up to 800 bytes or so this bound is met before
 * {@link DEFAULT_MAX_BYTES}; it keeps the collector's work on many tiny entries short.
 */
export const DEFAULT_MAX_ENTRIES = 100_000;

/**
 * Bytes kept unless told otherwise: half of a plugin's default `limits.memoryMb` of 256. The other half is room for
 * values on their way in and out, and for what the collector has not yet freed.
 */
export const DEFAULT_MAX_BYTES: number = 128 * 1024 * 1024;

/**
 * The most entries that can be asked for. V8 refuses to grow a `Map` beyond 2^24 slots, and a slot freed by a removal
 * counts until the map is rebuilt in place, which it only is when half of them are free.
 */
export const MAX_ENTRIES_LIMIT: number = 2 ** 23;

/** The bounds of one backend. */
export interface MemoryParameters {
  /** 1 to {@link MAX_ENTRIES_LIMIT}. */
  readonly maxEntries: number;
  /** From 1; counted as `entryBytes` says. */
  readonly maxBytes: number;
}

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object, or `undefined` for all defaults; a parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): MemoryParameters {
  return readParameters(parameters, { action: 'open storage backend "memory"' }, (reader) => ({
    maxEntries: reader.read("maxEntries", integerWithin(1, MAX_ENTRIES_LIMIT), DEFAULT_MAX_ENTRIES),
    maxBytes: reader.read("maxBytes", integerWithin(1, Number.MAX_SAFE_INTEGER), DEFAULT_MAX_BYTES),
  }));
}
