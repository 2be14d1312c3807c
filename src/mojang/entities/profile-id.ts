/** What a name or an id is looked up to. */
import { z } from "zod";

import { associationOf, continued, isContinuedBy } from "./association.js";
import type { Association } from "./association.js";
import { playerIdSchema } from "./player-id-schema.js";

/** As Mojang answers it. */
export interface UpstreamProfileId {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string;
  /** As the player writes it. */
  readonly name: string;
  /** True of an account that has not been migrated; otherwise left out. */
  readonly legacy?: true;
  /** True of an account that has not bought the game; otherwise left out. */
  readonly demo?: true;
}

/** A player's id and name, with when they were seen together. */
export interface ProfileId extends UpstreamProfileId, Association {}

const flag = z.literal(true).optional().catch(undefined);

/** Reads one off Mojang's answer; what else is in it is left out. */
export const profileIdSchema: z.ZodType<UpstreamProfileId> = z
  .object({ id: playerIdSchema, name: z.string().min(1).max(64), legacy: flag, demo: flag })
  .transform(({ id, name, legacy, demo }) => ({
    id,
    name,
    ...(legacy === undefined ? {} : { legacy }),
    ...(demo === undefined ? {} : { demo }),
  }));

/**
 * What Mojang has answered, with times.
 * @param at when, in ms since the epoch.
 * @param previous what was known before; where it is the same player under the same name, it goes on.
 */
export function toProfileId(
  found: UpstreamProfileId,
  at: number,
  previous: Association | undefined,
): ProfileId {
  const sighting = { id: found.id, name: found.name, at };
  const goesOn = previous !== undefined && isContinuedBy(previous, sighting);
  const { firstSeenAt, lastSeenAt, validUntil } = goesOn
    ? continued(previous, sighting)
    : associationOf(sighting);
  return { ...found, firstSeenAt, lastSeenAt, validUntil };
}
