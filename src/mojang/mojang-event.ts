import type { Associations } from "./sightings/sightings.js";
import type { ProfileId } from "./entities/profile-id.js";
import type { Profile } from "./entities/profile.js";

/** An entry was written that came from Mojang just now; what came from the cache makes no event. */
export type MojangEvent =
  | {
      readonly type: "PROFILE_ID";
      /** What was looked up: the name, and when, in ms since the epoch. */
      readonly key: { readonly name: string; readonly at: number };
      readonly profileId: ProfileId;
    }
  | { readonly type: "NAME_HISTORY"; readonly id: string; readonly history: Associations }
  | { readonly type: "PROFILE"; readonly id: string; readonly profile: Profile }
  | {
      readonly type: "BLACKLIST";
      /** SHA-1 in lower case. */
      readonly hashes: readonly string[];
    };
