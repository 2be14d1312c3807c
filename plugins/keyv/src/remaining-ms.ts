/** Node fires longer timers at once, in ms. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * How long a timer has to run until a deadline.
 * @param deadline milliseconds since the epoch.
 */
export function remainingMs(deadline: number): number {
  return Math.min(Math.max(0, deadline - Date.now()), MAX_DELAY_MS);
}
