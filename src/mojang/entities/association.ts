/** Who had which name, and when: what has been seen of it. */

/** For how long after it was last seen a name is nobody else's: Mojang keeps a name that was given up for 37 days. */
export const NAME_HELD_MS: number = 37 * 86_400_000;

/** A player was seen with a name. All times are ms since the epoch. */
export interface Association {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string;
  /** As the player writes it. */
  readonly name: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /**
   * Until when the name is known to be nobody else's: {@link NAME_HELD_MS} after it was last seen, or when it was seen
   * to have changed hands.
   */
  readonly validUntil: number;
}

/** What was seen once. */
export interface Sighting {
  readonly id: string;
  readonly name: string;
  /** In ms since the epoch. */
  readonly at: number;
}

/** What a first sighting amounts to. */
export function associationOf({ id, name, at }: Sighting): Association {
  return { id, name, firstSeenAt: at, lastSeenAt: at, validUntil: at + NAME_HELD_MS };
}

/** Whether a sighting goes on with an association: the same player under the same name, without a gap. */
export function isContinuedBy(association: Association, { id, name, at }: Sighting): boolean {
  return association.id === id && association.name === name && at < association.validUntil;
}

/** The association with what was seen, which goes on with it. */
export function continued(association: Association, { at }: Sighting): Association {
  const lastSeenAt = Math.max(association.lastSeenAt, at);
  return { ...association, lastSeenAt, validUntil: lastSeenAt + NAME_HELD_MS };
}
