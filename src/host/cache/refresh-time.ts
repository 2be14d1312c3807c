import { MAX_TIME_MS } from "./envelope.js";

/** Differs from process to process, so that not all of them load the same key in the same moment. */
const PROCESS_SEED = Math.floor(Math.random() * 2 ** 32);
/** The largest part of `refreshAhead` that jitter takes away. */
const JITTER = 0.5;

/**
 * From when on a hit has a value loaded ahead of its end, in ms since the epoch: `refreshAheadMs` before it, less up
 * to half of that. How much is taken away is settled by the value's version: were it drawn anew by each hit, a key
 * with many hits would always be early, and values stored together would be loaded together.
 */
export function refreshTime(freshUntil: number, refreshAheadMs: number, writeVersion: number): number {
  if (refreshAheadMs === 0 || freshUntil === MAX_TIME_MS) return MAX_TIME_MS;
  return freshUntil - refreshAheadMs * (1 - JITTER * scatter(writeVersion));
}

/** 0 to 1: the finalizer of MurmurHash3 (A. Appleby, public domain), which spreads neighbouring numbers evenly. */
function scatter(writeVersion: number): number {
  let hash = (writeVersion ^ PROCESS_SEED) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
