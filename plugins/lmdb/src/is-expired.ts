/** Whether the time after which an entry may be dropped has passed. Both in milliseconds since the epoch. */
export function isExpired(expiresAt: number | undefined, now: number): boolean {
  return expiresAt !== undefined && expiresAt < now;
}

/** The version of an entry that does not expire. */
export const NO_EXPIRY = 0;

/** When an entry of a version expires; `undefined` for never. */
export function expiryOf(version: number): number | undefined {
  return version === NO_EXPIRY ? undefined : version;
}
