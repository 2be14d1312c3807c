/** The categories of the domain, with the times that hold where the configuration says nothing of them. */
import type { Category, CategoryOptions, Stockpile } from "../host/main.js";
import type { ProfileId } from "./entities/profile-id.js";
import type { Profile } from "./entities/profile.js";
import type { PublicKeys } from "./entities/public-keys.js";
import { loaderFor } from "./loader-for.js";
import type { EntryLoader } from "./loader-for.js";
import type { MojangConfig } from "./mojang-config.js";
import type { Associations } from "./sightings/sightings.js";

export interface Loaders {
  readonly name: EntryLoader<ProfileId>;
  readonly id: EntryLoader<ProfileId>;
  readonly profile: EntryLoader<Profile>;
  readonly unsignedProfile: EntryLoader<Profile>;
  readonly blockedServers: EntryLoader<string>;
  readonly publicKeys: EntryLoader<PublicKeys>;
}

export interface MojangCategories {
  /** By name key. */
  readonly name: Category<ProfileId>;
  /** By id. */
  readonly id: Category<ProfileId>;
  /** By id, with signatures. */
  readonly profile: Category<Profile>;
  /** By id. What Mojang answers without signatures is another text, so neither is made of the other. */
  readonly unsignedProfile: Category<Profile>;
  /** Under {@link ONLY_KEY}. */
  readonly blockedServers: Category<string>;
  /** Under {@link ONLY_KEY}. */
  readonly publicKeys: Category<PublicKeys>;
  /** The names a player was seen with, by id. */
  readonly history: Category<Associations>;
  /** The players a name was seen with, by name key. */
  readonly owners: Category<Associations>;
}

/** Of what there is only one of. */
export const ONLY_KEY = "current";

/**
 * A name is asked for again after a day, and answered for as long as nobody else can have it: 37 days in all, which is
 * how long Mojang keeps a name that was given up.
 */
const NAME_TIMES = { ttl: "1d", grace: "36d" };
/** A new skin shows after an hour. What is older serves for a week if Mojang does not. */
const PROFILE_TIMES = { ttl: "1h", grace: "167h" };
/** Changes now and then. */
const DOCUMENT_TIMES = { ttl: "1d", grace: "6d" };
/** What was seen does not become untrue: as long as a duration may be. */
const RECORD_TIMES = { ttl: "3650d" };
/** For how long "no such player" holds: a list of names with mistakes in it is often asked for again and again. */
const NEGATIVE_TTL = "10m";
/** How long whoever asks waits for Mojang where there is something older to be answered. */
const STALE_AFTER_MS = 1_000;
/** Beyond the deadline of a request, which begins when its page of names is full. */
const GATHERING_MS = 500;

/**
 * Opens the categories.
 * @throws {ConfigError} what the configuration says of one does not go together, or it is in use with another codec.
 */
export function openCategories(
  stockpile: Stockpile,
  { deadline }: MojangConfig,
  loaders: Loaders,
): MojangCategories {
  const loadTimeout = deadline + GATHERING_MS;
  const loaded = <T>(
    name: string,
    load: EntryLoader<T>,
    times: Pick<CategoryOptions<T>, "ttl" | "grace">,
  ): Category<T> =>
    stockpile.category<T>(name, {
      ...times,
      negativeTtl: NEGATIVE_TTL,
      loadTimeout,
      loadSoftTimeout: Math.min(STALE_AFTER_MS, loadTimeout),
      load: loaderFor(load, "first"),
    });
  // A record that cannot be read must not be taken for one that is empty, and replaced.
  const record = (name: string): Category<Associations> =>
    stockpile.category<Associations>(name, { ...RECORD_TIMES, onReadError: "throw" });
  return {
    name: loaded("mojang.name", loaders.name, NAME_TIMES),
    id: loaded("mojang.id", loaders.id, NAME_TIMES),
    profile: loaded("mojang.profile", loaders.profile, PROFILE_TIMES),
    unsignedProfile: loaded("mojang.profile-unsigned", loaders.unsignedProfile, PROFILE_TIMES),
    blockedServers: loaded("mojang.blockedservers", loaders.blockedServers, DOCUMENT_TIMES),
    publicKeys: loaded("mojang.publickeys", loaders.publicKeys, DOCUMENT_TIMES),
    history: record("mojang.history"),
    owners: record("mojang.owners"),
  };
}
