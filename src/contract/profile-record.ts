/**
 * How a profile of a process crosses its lifeline: the host asks by a few bytes, and the watchdog answers with JSON text
 * in pieces, each in a record of the size of all others, so that both kinds may follow each other.
 */
import { RECORD_BYTES } from "./lifeline-record.js";

/** The size of a request. */
export const REQUEST_BYTES = 8;
/** Bytes of an answer at most: several times what fifty deep stacks take. */
export const MAX_PROFILE_BYTES = 262_144;

/** What they begin with: "SPQ1" and "SPF1" read as numbers. */
const REQUEST_MARK = 0x53_50_51_31;
const PIECE_MARK = 0x53_50_46_31;
/** The mark, and the bytes that are still to come, those of this piece included. */
const HEADER_BYTES = 8;
const PIECE_BYTES = RECORD_BYTES - HEADER_BYTES;

/** Asks for a profile of so many ms. */
export function encodeProfileRequest(durationMs: number): Uint8Array {
  return new Uint8Array(Int32Array.of(REQUEST_MARK, Math.round(durationMs)).buffer);
}

/** Reads a request of {@link REQUEST_BYTES} bytes: for how many ms. `undefined` for what is none. */
export function readProfileRequest(request: Uint8Array): number | undefined {
  const [mark, durationMs = 0] = words(request);
  return mark === REQUEST_MARK && durationMs > 0 ? durationMs : undefined;
}

/** The records that carry a text of at most {@link MAX_PROFILE_BYTES} bytes and at least one. */
export function encodeProfile(text: Uint8Array): Uint8Array {
  const pieces = Math.ceil(text.byteLength / PIECE_BYTES);
  const records = new Uint8Array(pieces * RECORD_BYTES);
  for (let piece = 0; piece < pieces; piece += 1) {
    const at = piece * PIECE_BYTES;
    const header = Int32Array.of(PIECE_MARK, text.byteLength - at);
    records.set(new Uint8Array(header.buffer), piece * RECORD_BYTES);
    records.set(text.subarray(at, at + PIECE_BYTES), piece * RECORD_BYTES + HEADER_BYTES);
  }
  return records;
}

/** Whether a record is a piece of a profile. */
export function isProfilePiece(record: Uint8Array): boolean {
  return words(record)[0] === PIECE_MARK;
}

/** Puts the pieces of one profile together. They come unchecked. */
export class ProfilePieces {
  #bytes: Uint8Array | undefined;
  #restBytes = 0;

  /** Takes a piece. Answers all bytes with the last one, and `null` where it does not follow the one before. */
  push(record: Uint8Array): Uint8Array | undefined | null {
    const [, restBytes = 0] = words(record);
    const isFirst = this.#bytes === undefined;
    if (isFirst ? restBytes < 1 || restBytes > MAX_PROFILE_BYTES : restBytes !== this.#restBytes) return null;
    const bytes = this.#bytes ?? new Uint8Array(restBytes);
    const length = Math.min(PIECE_BYTES, restBytes);
    bytes.set(record.subarray(HEADER_BYTES, HEADER_BYTES + length), bytes.byteLength - restBytes);
    this.#restBytes = restBytes - length;
    this.#bytes = this.#restBytes === 0 ? undefined : bytes;
    return this.#restBytes === 0 ? bytes : undefined;
  }
}

/** In memory of its own, which begins where a number may. */
function words(bytes: Uint8Array): Int32Array {
  return new Int32Array(new Uint8Array(bytes).buffer, 0, 2);
}
