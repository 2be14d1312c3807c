/**
 * The envelope around each value a backend holds. All numbers little-endian:
 *
 * | at | bytes | what |
 * |---|---|---|
 * | 0 | 2 | magic, "SP" |
 * | 2 | 1 | format version, 1 |
 * | 3 | 1 | flags, none in this format |
 * | 4 | 8 | hash of category and key, see `entry-hash.ts` |
 * | 12 | 8 | write version, float64, a safe integer from 1 |
 * | 20 | 8 | stored at, float64, ms since the epoch |
 * | 28 | 8 | fresh until, float64, not before stored at |
 * | 36 | 8 | grace until, float64, not before fresh until |
 * | 44 | 4 | length of the value in bytes, so that a part of one is not taken for the whole |
 * | 48 | 1 | length of the codec's name, 1 to 32 |
 * | 49 | … | the codec's name, ASCII; after it the value |
 */
import { entryHash } from "./entry-hash.js";

const MAGIC = 0x5053;
const FORMAT_VERSION = 1;
const NO_FLAGS = 0;
const AT = {
  magic: 0,
  version: 2,
  flags: 3,
  hashHigh: 4,
  hashLow: 8,
  writeVersion: 12,
  storedAt: 20,
  freshUntil: 28,
  graceUntil: 36,
  payloadLength: 44,
  codecNameLength: 48,
  codecName: 49,
} as const;
const MAX_CODEC_NAME_BYTES = 32;

/** The most bytes an envelope adds to its value. */
export const MAX_ENVELOPE_HEADER_BYTES: number = AT.codecName + MAX_CODEC_NAME_BYTES;

/** The last moment that is a date, in ms since the epoch; as `freshUntil` or `graceUntil` it stands for "always". */
export const MAX_TIME_MS = 8_640_000_000_000_000;

/** What an envelope says of its value. Times in ms since the epoch, 0 to {@link MAX_TIME_MS}. */
export interface EnvelopeHeader {
  readonly codecName: string;
  readonly writeVersion: number;
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly graceUntil: number;
}

/** An envelope that was opened. */
export interface Envelope extends EnvelopeHeader {
  /** The encoded value: a view into what was decoded. */
  readonly payload: Uint8Array;
}

/** Wraps `payload`, which is copied, for the entry it belongs to. The array has a buffer of exactly its size. */
export function encodeEnvelope(
  category: string,
  key: string,
  header: EnvelopeHeader,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { codecName } = header;
  const payloadAt = AT.codecName + codecName.length;
  const bytes = new Uint8Array(payloadAt + payload.byteLength);
  const view = new DataView(bytes.buffer);
  const [hashHigh, hashLow] = entryHash(category, key);
  view.setUint16(AT.magic, MAGIC, true);
  view.setUint8(AT.version, FORMAT_VERSION);
  view.setUint8(AT.flags, NO_FLAGS);
  view.setInt32(AT.hashHigh, hashHigh, true);
  view.setInt32(AT.hashLow, hashLow, true);
  view.setFloat64(AT.writeVersion, header.writeVersion, true);
  view.setFloat64(AT.storedAt, header.storedAt, true);
  view.setFloat64(AT.freshUntil, header.freshUntil, true);
  view.setFloat64(AT.graceUntil, header.graceUntil, true);
  view.setUint32(AT.payloadLength, payload.byteLength, true);
  view.setUint8(AT.codecNameLength, codecName.length);
  for (let index = 0; index < codecName.length; index += 1) {
    bytes[AT.codecName + index] = codecName.charCodeAt(index);
  }
  bytes.set(payload, payloadAt);
  return bytes;
}

/**
 * Opens an envelope. Never throws, whatever the bytes.
 * @returns `undefined` for anything but a whole envelope of this format, written for this category and key.
 */
export function decodeEnvelope(bytes: Uint8Array, category: string, key: string): Envelope | undefined {
  if (bytes.byteLength <= AT.codecName) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(AT.magic, true) !== MAGIC) return undefined;
  if (view.getUint8(AT.version) !== FORMAT_VERSION || view.getUint8(AT.flags) !== NO_FLAGS) return undefined;
  const [hashHigh, hashLow] = entryHash(category, key);
  if (view.getInt32(AT.hashHigh, true) !== hashHigh || view.getInt32(AT.hashLow, true) !== hashLow)
    return undefined;
  const writeVersion = view.getFloat64(AT.writeVersion, true);
  const storedAt = view.getFloat64(AT.storedAt, true);
  const freshUntil = view.getFloat64(AT.freshUntil, true);
  const graceUntil = view.getFloat64(AT.graceUntil, true);
  // NaN fails each of these comparisons.
  const isPlausible =
    storedAt >= 0 && storedAt <= freshUntil && freshUntil <= graceUntil && graceUntil <= MAX_TIME_MS;
  if (!isPlausible || !Number.isSafeInteger(writeVersion) || writeVersion < 1) return undefined;
  const codecNameLength = view.getUint8(AT.codecNameLength);
  if (codecNameLength < 1 || codecNameLength > MAX_CODEC_NAME_BYTES) return undefined;
  const payloadAt = AT.codecName + codecNameLength;
  if (payloadAt + view.getUint32(AT.payloadLength, true) !== bytes.byteLength) return undefined;
  let codecName = "";
  for (let index = AT.codecName; index < payloadAt; index += 1)
    codecName += String.fromCharCode(view.getUint8(index));
  return { codecName, writeVersion, storedAt, freshUntil, graceUntil, payload: bytes.subarray(payloadAt) };
}
