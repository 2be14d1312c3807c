/**
 * Where things are in LMDB, whose keys are bytes and sorted as such.
 *
 * An entry: `<category> 0x00 <generation> <key>`, the generation in six bytes, big-endian. Entries of a category lie
 * together, and so do those of each of its generations. A due row: `<time> <key of the entry>`, the
 * time in eight bytes as a big-endian float, which sorts as numbers do where they are not negative.
 */
import type { EntryKey } from "@stockpile/core/plugin";

/** A generation is a random number of so many bytes: the most that is a safe integer. */
export const GENERATION_BYTES = 6;
const TIME_BYTES = 8;
/** LMDB takes 1,978 bytes with pages of 4 KiB, due rows included. The host's keys have 1,024, its categories 64. */
const MAX_ENTRY_KEY_BYTES = 1978 - TIME_BYTES;

/** A due row is for a moment at most this much of its entry's time to live after that has expired. */
const SHARE_OF_TIME_TO_LIVE = 1 / 16;
/** Moments of due rows are at least this far apart, in ms. */
const MIN_DUE_STEP_MS = 1024;

/** Where the entries of a category begin in a generation. */
export function entryPrefix(category: string, generation: number): Buffer {
  const length = Buffer.byteLength(category);
  const prefix = Buffer.alloc(length + 1 + GENERATION_BYTES);
  prefix.write(category);
  prefix.writeUIntBE(generation, length + 1, GENERATION_BYTES);
  return prefix;
}

/** Where the keys of all entries of a category end, of whatever generation. */
export function categoryEnd(category: string): Buffer {
  return Buffer.concat([Buffer.from(category), Uint8Array.of(1)]);
}

/** @throws {RangeError} it is longer than LMDB takes, which no key is that the host has checked. */
export function entryKey({ category, key }: EntryKey, generation: number): Buffer {
  const entry = Buffer.concat([entryPrefix(category, generation), Buffer.from(key)]);
  if (entry.byteLength <= MAX_ENTRY_KEY_BYTES) return entry;
  throw new RangeError(
    `expected category and key of at most ${MAX_ENTRY_KEY_BYTES} bytes of UTF-8: received ${entry.byteLength}`,
  );
}

/** The key by which its caller knows an entry. */
export function keyOf(entry: Uint8Array, prefix: Uint8Array): string {
  return Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString("utf8", prefix.byteLength);
}

/**
 * When an entry is to be looked at whether it has expired: rounded up, so that an entry that is stored again and again
 * has a few rows and not one for each time.
 * @param expiresAt and `now` in milliseconds since the epoch.
 */
export function dueTime(expiresAt: number, now: number): number {
  const share = Math.max(expiresAt - now, 1) * SHARE_OF_TIME_TO_LIVE;
  const step = Math.max(MIN_DUE_STEP_MS, 2 ** Math.floor(Math.log2(share)));
  return Math.ceil(expiresAt / step) * step;
}

export function dueKey(due: number, entry: Uint8Array): Buffer {
  return Buffer.concat([timeKey(due), entry]);
}

/** Where the due rows of a time begin. */
export function timeKey(due: number): Buffer {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeDoubleBE(due);
  return time;
}

/** The key of the entry that a due row is for. */
export function entryOfDue(due: Uint8Array): Uint8Array {
  return due.subarray(TIME_BYTES);
}
