/** How much one frame of results may hold. The worker keeps to it, and a host that is sent more ends the life. */

/** Bytes of values at which a frame leaves: four of the largest values by default. */
export const MAX_FRAME_BYTES: number = 32 * 1024 * 1024;

/** Bytes of values one bulk result may have in all: what a frame's buffer can always be had for. */
export const MAX_BULK_BYTES: number = 256 * 1024 * 1024;

/**
 * Bytes of what is no value in a frame: rows, keys, errors, log lines. It has to be decoded, which holds the host up:
 * by a quarter of a second for as much as this at the worst.
 */
export const MAX_MESSAGE_BYTES: number = 8 * 1024 * 1024;
