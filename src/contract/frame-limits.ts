/** How much one frame of results may hold. The worker keeps to it, and a host that is sent more ends the life. */

/** Bytes of values at which a frame leaves: four of the largest values by default. */
export const MAX_FRAME_BYTES: number = 32 * 1024 * 1024;

/** Bytes of values one bulk result may have in all: what a frame's buffer can always be had for. */
export const MAX_BULK_BYTES: number = 256 * 1024 * 1024;

/** Bytes of rows, errors and other data at which a frame of results leaves: those of a thousand calls and more. */
export const MAX_FRAME_DATA_BYTES: number = 256 * 1024;

/** Bytes of data, such as keys, that one result may have: those of a thousand keys of the longest, two for a character. */
export const MAX_RESULT_DATA_BYTES: number = 2.5 * 1024 * 1024;

/**
 * Bytes of what is no value in a frame to the host: rows, keys, errors, log lines. It has to be decoded, which holds
 * the host up: for about a second where a plugin means it and sends as much as this of the costliest there is.
 */
export const MAX_MESSAGE_BYTES: number = 4 * 1024 * 1024;

/** Bytes that a text takes in a message, at the most. */
export function textBytes(text: string): number {
  return text.length * BYTES_PER_CHARACTER + TEXT_HEAD_BYTES;
}

const BYTES_PER_CHARACTER = 2;
/** Its kind and length. */
const TEXT_HEAD_BYTES = 6;
