/** First wait before another attempt, in ms. */
const FIRST_MS = 50;

/** Longest wait, in ms: after an outage of any length a server that is back is in use again within this time. */
const LONGEST_MS = 1000;

/**
 * How long to wait before an attempt, in ms: twice as long each time, and of that a random half to the whole, so that
 * hosts that lost a server together do not come back to it together.
 * @param attempt from 1.
 */
export function backoff(attempt: number): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 16), LONGEST_MS);
  return Math.round(whole / 2 + (Math.random() * whole) / 2);
}
