/** Whether the time after which an entry may be dropped has passed. Both in milliseconds since the epoch. */
export function isExpired(expiresAt: number | undefined, now: number): boolean {
  return expiresAt !== undefined && expiresAt < now;
}
