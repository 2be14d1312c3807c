import { associationOf, continued, isContinuedBy } from "../entities/association.js";
import type { Association, Sighting } from "../entities/association.js";

/** Of a player's names, or of a name's players, the oldest go first. A name may be changed once in 30 days. */
const MAX_ASSOCIATIONS = 100;
/** What is seen again so soon says nothing new, and would be a write for each look-up. */
const NEWS_MS = 3_600_000;

/** What a sighting has made of associations. */
export interface AddedSighting {
  /** From the oldest to the newest. They do not overlap. */
  readonly associations: readonly Association[];
  /** Whether it was something else than the newest of them. */
  readonly isChange: boolean;
}

/**
 * Adds a sighting to the associations of one player, or of one name. One that goes on with the newest extends it. Any
 * other begins one of its own, and ends those that would overlap with it: a player has one name at a time, and a name one
 * player.
 * @param associations from the oldest to the newest.
 * @returns `undefined` where it says nothing new: it is as the newest, or older than that.
 */
export function addSighting(
  associations: readonly Association[],
  sighting: Sighting,
): AddedSighting | undefined {
  const newest = associations.at(-1);
  if (newest !== undefined && sighting.at < newest.lastSeenAt) return undefined;
  if (newest !== undefined && isContinuedBy(newest, sighting)) {
    if (sighting.at - newest.lastSeenAt < NEWS_MS) return undefined;
    return { associations: [...associations.slice(0, -1), continued(newest, sighting)], isChange: false };
  }
  const ended = endAll(associations, sighting.at);
  return {
    associations: [...ended, associationOf(sighting)].slice(-MAX_ASSOCIATIONS),
    isChange: true,
  };
}

/** The associations, of which none goes beyond `at`; the same object where none does. */
export function endAll(associations: readonly Association[], at: number): readonly Association[] {
  if (associations.every(({ validUntil }) => validUntil <= at)) return associations;
  return associations.map((each) => (each.validUntil <= at ? each : { ...each, validUntil: at }));
}
