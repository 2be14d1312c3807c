/** What the domain answers, as messages. */
import { parseBlockedServers, parsePlayerId, texturesOf, toDashedId } from "../../mojang/main.js";
import type { Associations, Profile, ProfileId } from "../../mojang/main.js";
import type { BlacklistMessage, NameHistoryMessage, ProfileIdMessage, ProfileMessage } from "./messages.js";

export function toProfileId({ id, name, validUntil, firstSeenAt, lastSeenAt }: ProfileId): ProfileIdMessage {
  return {
    id: toDashedId(id),
    name,
    validUntil: toSeconds(validUntil),
    firstSeenAt: toSeconds(firstSeenAt),
    lastSeenAt: toSeconds(lastSeenAt),
  };
}

/** When a player took the first name that is known, nobody knows: 0. */
export function toNameHistory(associations: Associations): NameHistoryMessage {
  const history = associations.map(({ name, firstSeenAt, validUntil }, index) => ({
    name,
    changedToAt: index === 0 ? 0 : toSeconds(firstSeenAt),
    validUntil: toSeconds(validUntil),
  }));
  return { history };
}

export function toProfile(profile: Profile): ProfileMessage {
  const textures = texturesOf(profile);
  const properties = profile.properties.map(({ name, value, signature = "" }) => ({
    name,
    value,
    signature,
  }));
  const message = { id: toDashedId(profile.id), name: profile.name, properties };
  if (textures === undefined) return message;
  const { profileId, profileName, skinUrl = "", capeUrl = "", timestamp } = textures;
  return {
    ...message,
    textures: {
      // Of the text that the profile's signature covers: whatever is in it, it is Mojang's.
      profileId: toDashedId(parsePlayerId(profileId) ?? profileId),
      profileName,
      skinUrl,
      capeUrl,
      timestamp: toSeconds(timestamp),
    },
  };
}

/** @param list as Mojang writes it: one SHA-1 a line. */
export function toBlacklist(list: string): BlacklistMessage {
  return { hashes: parseBlockedServers(list) ?? [] };
}

/** @param timeMs in ms since the epoch. */
export function toSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}
