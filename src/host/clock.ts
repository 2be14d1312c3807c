/** Time, as one small interface that a test can hold in its hand. */

/** Cancels what was scheduled; harmless when that has run or was cancelled already. */
export type Cancel = () => void;

/** A source of time. Everything the host does in time goes through one of these. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. Used for what outlives the process: `storedAt`, `expiresAt`. */
  now(): number;
  /** Milliseconds since some fixed point; never goes back. Used for deadlines, windows and delays. */
  monotonic(): number;
  /** Runs `callback` once after `delayMs`. */
  schedule(callback: () => void, delayMs: number): Cancel;
}

/** Node refuses longer timers (2^31 - 1 ms) and fires at once instead; a longer delay is cut to this. */
const MAX_DELAY_MS = 2_147_483_647;

/** The machine's own clock. Its timers keep the process alive until they have run or are cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
