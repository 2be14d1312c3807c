/** The longest time Redis is asked to keep an entry for, in ms: 10,000 years. Beyond some more it refuses. */
const MAX_TTL_MS = 315_360_000_000_000;

/**
 * For how long Redis is to keep an entry, in whole milliseconds from 1; 0 for one that has expired already, and
 * `undefined` for one to keep.
 *
 * It is a span and no point in time, so that it does not matter what Redis' clock shows. A command that is held up on
 * its way keeps its entry longer by that; the time of expiry within the entry makes it a miss nevertheless.
 */
export function timeToLive(expiresAt: number | undefined, now: number): number | undefined {
  if (expiresAt === undefined || Number.isNaN(expiresAt)) return undefined;
  if (expiresAt < now) return 0;
  return Math.min(Math.max(Math.ceil(expiresAt - now), 1), MAX_TTL_MS);
}
