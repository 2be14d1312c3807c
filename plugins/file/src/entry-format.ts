/**
 * An entry as the bytes of its file. All numbers are little-endian:
 *
 * | Offset | Type    | What                                                       |
 * | ------ | ------- | ---------------------------------------------------------- |
 * | 0      | 4 bytes | `STKF`                                                     |
 * | 4      | uint8   | format version, 1                                          |
 * | 5      | 1 byte  | 0                                                          |
 * | 6      | uint16  | bytes of the category, in UTF-8                            |
 * | 8      | uint32  | bytes of the key, in UTF-8                                 |
 * | 12     | uint32  | bytes of the value                                         |
 * | 16     | float64 | milliseconds since the epoch of its expiry, NaN: none      |
 * | 24     | uint32  | CRC-32 of all bytes of the file but these four             |
 * | 28     |         | category, key, value                                       |
 *
 * The checksum finds what a power cut or a failing disk has done to a file, not what somebody forged.
 */
import { crc32 } from "node:zlib";
import type { EntryKey, StoredEntry } from "@stockpile/core/plugin";

const MAGIC = 0x46_4b_54_53; // "STKF", read as a little-endian number
const FORMAT_VERSION = 1;
const FIXED_BYTES = 28;
const CHECKSUM_OFFSET = 24;

/** The longest category and key a host hands over, in bytes. */
const MAX_CATEGORY_BYTES = 64;
const MAX_KEY_BYTES = 1024;

/** The most bytes before a value. What is read first of a file, so that small entries take one read. */
export const MAX_HEAD_BYTES: number = FIXED_BYTES + MAX_CATEGORY_BYTES + MAX_KEY_BYTES;

/** What is known of an entry without its value. */
export interface EntryHead extends EntryKey {
  /** Milliseconds since the epoch; `undefined` for never. */
  readonly expiresAt: number | undefined;
  /** Where the value starts in the file. */
  readonly valueOffset: number;
  /** Of the whole file. */
  readonly fileBytes: number;
}

/** The head of a file in a later format than this code knows. */
export const LATER_FORMAT = "later format";

/** The bytes that come before the value in an entry's file. */
export function encodeHead({ category, key }: EntryKey, { value, expiresAt }: StoredEntry): Buffer {
  const categoryBytes = Buffer.byteLength(category);
  const keyBytes = Buffer.byteLength(key);
  const head = Buffer.alloc(FIXED_BYTES + categoryBytes + keyBytes);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt8(FORMAT_VERSION, 4);
  head.writeUInt16LE(categoryBytes, 6);
  head.writeUInt32LE(keyBytes, 8);
  head.writeUInt32LE(value.byteLength, 12);
  head.writeDoubleLE(expiresAt ?? Number.NaN, 16);
  head.write(category, FIXED_BYTES);
  head.write(key, FIXED_BYTES + categoryBytes);
  head.writeUInt32LE(checksum(head, value), CHECKSUM_OFFSET);
  return head;
}

/**
 * Reads the start of a file, which has all of the head if the file has.
 * @returns `undefined` where it is no entry's; nothing is known of the value yet.
 */
export function decodeHead(start: Buffer): EntryHead | typeof LATER_FORMAT | undefined {
  if (start.byteLength < FIXED_BYTES || start.readUInt32LE(0) !== MAGIC) return undefined;
  const version = start.readUInt8(4);
  if (version !== FORMAT_VERSION) return version > FORMAT_VERSION ? LATER_FORMAT : undefined;
  const keyOffset = FIXED_BYTES + start.readUInt16LE(6);
  const valueOffset = keyOffset + start.readUInt32LE(8);
  if (valueOffset > start.byteLength) return undefined;
  const expiresAt = start.readDoubleLE(16);
  return {
    category: start.toString("utf8", FIXED_BYTES, keyOffset),
    key: start.toString("utf8", keyOffset, valueOffset),
    expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
    valueOffset,
    fileBytes: valueOffset + start.readUInt32LE(12),
  };
}

/** Whether a file is whole: as long as its head says, every byte as it was written. */
export function isWhole(file: Buffer, { valueOffset, fileBytes }: EntryHead): boolean {
  if (file.byteLength !== fileBytes) return false;
  return (
    checksum(file.subarray(0, valueOffset), file.subarray(valueOffset)) === file.readUInt32LE(CHECKSUM_OFFSET)
  );
}

function checksum(head: Buffer, value: Uint8Array): number {
  const beforeIt = crc32(head.subarray(0, CHECKSUM_OFFSET));
  return crc32(value, crc32(head.subarray(CHECKSUM_OFFSET + 4), beforeIt));
}
