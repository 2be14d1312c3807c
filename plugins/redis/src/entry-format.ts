/**
 * How an entry lies in Redis: as a string, so that one command writes it and one reads it.
 *
 * | Offset | Bytes | What                                                                    |
 * | ------ | ----- | ----------------------------------------------------------------------- |
 * | 0      | 3     | `STK`                                                                   |
 * | 3      | 1     | the version of this format, 1                                           |
 * | 4      | 8     | `expiresAt` as a big-endian double; NaN: none                           |
 * | 12     | …     | the value                                                               |
 *
 * Redis keeps a time of expiry by itself, but to be asked for it takes a command of its own, and it is one of Redis'
 * clock. This one is the host's, and comes with the value.
 */
import type { StoredEntry } from "@stockpile/core/plugin";

/** `STK` and the version: what does not begin with it was not written by this plugin, or by a later one. */
const MARK = 0x53_54_4b_01;
const EXPIRY_OFFSET = 4;

/** Bytes an entry takes besides its value. */
export const HEADER_BYTES = 12;

/** The entry as Redis is to keep it. */
export function encodeEntry({ value, expiresAt = NaN }: StoredEntry): Buffer {
  const stored = Buffer.allocUnsafe(HEADER_BYTES + value.byteLength);
  stored.writeUInt32BE(MARK, 0);
  stored.writeDoubleBE(expiresAt, EXPIRY_OFFSET);
  stored.set(value, HEADER_BYTES);
  return stored;
}

/**
 * The entry that was encoded so; `undefined` for anything else, which is a miss. The value shares the memory of what is
 * given.
 * @param now milliseconds since the epoch: an entry that has expired by then is a miss, whatever Redis' clock says.
 */
export function decodeEntry(stored: unknown, now: number): StoredEntry | undefined {
  if (!Buffer.isBuffer(stored) || stored.byteLength < HEADER_BYTES) return undefined;
  if (stored.readUInt32BE(0) !== MARK) return undefined;
  const expiresAt = stored.readDoubleBE(EXPIRY_OFFSET);
  const value = stored.subarray(HEADER_BYTES);
  if (Number.isNaN(expiresAt)) return { value };
  return expiresAt < now ? undefined : { value, expiresAt };
}
