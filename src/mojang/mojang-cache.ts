/**
 * What Mojang says of players and servers, cached. What holds here:
 *
 * - What is answered is what Mojang has said at some time. That Mojang could not be asked is never taken for "there is no
 *   such player", and nothing is stored of it: where nothing older is there, the question is rejected.
 * - Whether somebody has joined is asked of Mojang each time, and never answered from the cache.
 * - What Mojang says of a player is a sighting of a name, whatever was asked. The history is made of these.
 */
import { pino } from "pino";
import type { Logger } from "pino";

import { systemClock } from "../host/main.js";
import type { Clock, Lookup, Stockpile } from "../host/main.js";
import { askAllInTurn } from "./ask-in-turn.js";
import { isBlockedServer, parseBlockedServers } from "./entities/blocked-servers.js";
import { isPlayerName, mayJoin, nameKey } from "./entities/player-name.js";
import { toProfileId } from "./entities/profile-id.js";
import type { ProfileId, UpstreamProfileId } from "./entities/profile-id.js";
import type { Profile } from "./entities/profile.js";
import type { PublicKeys } from "./entities/public-keys.js";
import { EntryListeners } from "./entry-listeners.js";
import type { MojangConfig } from "./mojang-config.js";
import type { MojangEvent } from "./mojang-event.js";
import { NameLookUps } from "./name-look-ups.js";
import { ONLY_KEY, openCategories } from "./open-categories.js";
import type { Loaders, MojangCategories } from "./open-categories.js";
import { Sightings } from "./sightings/sightings.js";
import type { Associations } from "./sightings/sightings.js";
import { MojangUpstream } from "./upstream/mojang-upstream.js";
import type { Joined, JoinRequest } from "./upstream/mojang-upstream.js";
import type { HostBudget } from "./upstream/upstream-host.js";

/** An answer with where it came from, when, and how fresh it is; `value` is `undefined` where there is none. */
export type Answer<T> = Lookup<T>;

export interface MojangCacheOptions {
  /** Default: none is written. */
  readonly logger?: Logger;
  /** Default: the machine's own. */
  readonly clock?: Clock;
}

/** The game's are hashes of 41 characters at most. */
const MAX_SERVER_ID_CHARACTERS = 255;
/** Of what one request needs. */
const RECORDS_AT_ONCE = 40;

/** Methods reject with a `StockpileError`, mostly a `LoadError` with an `UpstreamError` as its `cause`, or with what they say. */
export class MojangCache {
  readonly config: MojangConfig;
  readonly #clock: Clock;
  readonly #upstream: MojangUpstream;
  readonly #categories: MojangCategories;
  readonly #nameLookUps: NameLookUps;
  readonly #listeners: EntryListeners;
  readonly #sightings: Sightings;

  private constructor(
    stockpile: Stockpile,
    config: MojangConfig,
    { logger, clock }: Required<MojangCacheOptions>,
  ) {
    this.config = config;
    this.#clock = clock;
    this.#upstream = new MojangUpstream(config, { logger, clock });
    this.#listeners = new EntryListeners(logger);
    const loaders = this.#createLoaders();
    this.#categories = openCategories(stockpile, config, loaders);
    const { history, owners, name, id } = this.#categories;
    this.#nameLookUps = new NameLookUps({
      category: name,
      load: loaders.name,
      upstream: this.#upstream,
      clock,
      deadlineMs: config.deadline,
    });
    this.#sightings = new Sightings({
      names: history,
      owners,
      logger,
      onChange: (player, associations) =>
        this.#listeners.tell({ type: "NAME_HISTORY", id: player, history: associations }),
      // Not to be answered as stale either: it is known to be untrue.
      onGivenUp: (former) => quietly(name.delete(nameKey(former))),
      onOusted: (former) => quietly(id.delete(former)),
    });
  }

  /**
   * Opens the domain on a cache, whose categories `mojang.…` it takes for itself. It ends before the cache does.
   * @throws {ConfigError} what the configuration says of these categories does not go together.
   */
  static open(
    stockpile: Stockpile,
    config: MojangConfig,
    { logger = pino({ level: "silent" }), clock = systemClock }: MojangCacheOptions = {},
  ): MojangCache {
    return new MojangCache(stockpile, config, { logger, clock });
  }

  /**
   * The player of that name, in upper or lower case; none for what is no name.
   * @param at When, in ms since the epoch: answered from what was seen, because Mojang tells of today only. By default
   * today.
   */
  async profileIdByName(name: string, at?: number): Promise<Answer<ProfileId>> {
    if (!isPlayerName(name)) return NOTHING;
    if (at === undefined) return this.#nameLookUps.one(nameKey(name));
    const { value: owners = [], ...origin } = await this.#sightings.ownersOf(name);
    return {
      ...origin,
      value: owners.find(({ firstSeenAt, validUntil }) => firstSeenAt <= at && at < validUntil),
    };
  }

  /** The player of that id: 32 hexadecimal digits in lower case, see `parsePlayerId`. */
  profileIdById(id: string): Promise<Answer<ProfileId>> {
    return this.#categories.id.lookup(id);
  }

  /**
   * The same since when each player was seen with the name, which the record of sightings knows for longer than entries
   * are kept. Where that cannot be read, as it is.
   */
  sinceFirstSeen(profileIds: readonly ProfileId[]): Promise<readonly ProfileId[]> {
    const ask = (profileId: ProfileId): Promise<ProfileId> => this.#sinceFirstSeen(profileId);
    return askAllInTurn(profileIds, RECORDS_AT_ONCE, ask);
  }

  /** The id of a name's player, where the cache has it; Mojang is not asked. */
  async knownIdOf(name: string): Promise<string | undefined> {
    if (!isPlayerName(name)) return undefined;
    return (await this.#categories.name.get(nameKey(name), { load: false }))?.id;
  }

  /**
   * The players of these names, each once, in the order of the names. Names that there are none of, or that are none,
   * are left out. Rejects where one of them could not be looked up: to leave it out would say that there is none. Mojang
   * is asked for those that the cache does not have, and the budget waited for where it is spent, up to the
   * configuration's `deadline` in all.
   * @throws {UpstreamError} `budget` or `unfinished`, with when what is missing can be asked for.
   */
  profileIdsByName(names: readonly string[]): Promise<Answer<ProfileId>[]> {
    return this.#nameLookUps.list(names);
  }

  /** The profile of a player, as Mojang answers it with signatures or without. */
  profile(id: string, { signed }: { readonly signed: boolean }): Promise<Answer<Profile>> {
    const { profile, unsignedProfile } = this.#categories;
    return (signed ? profile : unsignedProfile).lookup(id);
  }

  /**
   * Whether somebody has joined a server, as Mojang says now; `undefined`: not. The profile it brings is kept for those
   * who ask for that. Mojang is not asked of what can be no name and no server: that would be at the cost of others.
   * @throws {UpstreamError} Mojang could not be asked.
   */
  async hasJoined(request: JoinRequest): Promise<Joined | undefined> {
    const { username, serverId } = request;
    if (!mayJoin(username) || serverId === "" || serverId.length > MAX_SERVER_ID_CHARACTERS) return undefined;
    const joined = await this.#upstream.hasJoined(request);
    // Of somebody who has another name than was asked for, nothing is kept: it is Mojang's to say who has joined.
    if (joined !== undefined && nameKey(joined.profile.name) === nameKey(username)) {
      const { profile } = joined;
      this.#learn(profile, "joined");
      quietly(this.#categories.profile.set(profile.id, profile));
      this.#listeners.tell({ type: "PROFILE", id: profile.id, profile });
    }
    return joined;
  }

  /** The list of blocked servers, as Mojang writes it: one SHA-1 a line. */
  blockedServers(): Promise<Answer<string>> {
    return this.#categories.blockedServers.lookup(ONLY_KEY);
  }

  /** Those of the addresses that are blocked. One that is no address is not. */
  async checkBlockedServers(addresses: readonly string[]): Promise<Answer<readonly string[]>> {
    const { value = "", ...origin } = await this.blockedServers();
    const hashes = new Set(parseBlockedServers(value));
    return { ...origin, value: addresses.filter((address) => isBlockedServer(address, hashes)) };
  }

  /** The keys that signatures are checked with. */
  publicKeys(): Promise<Answer<PublicKeys>> {
    return this.#categories.publicKeys.lookup(ONLY_KEY);
  }

  /** The names a player was seen with, from the oldest to the newest. Mojang does not tell; this is what went through here. */
  nameHistory(id: string): Promise<Answer<Associations>> {
    return this.#sightings.namesOf(id);
  }

  /** Forgets what is known of a name's player, so that Mojang is asked next; what was seen stays. */
  forgetName(name: string): Promise<void> {
    return this.#categories.name.delete(nameKey(name));
  }

  /** Forgets a player's profile, signed and unsigned, so that Mojang is asked next. */
  async forgetProfile(id: string): Promise<void> {
    const { profile, unsignedProfile } = this.#categories;
    await Promise.all([profile.delete(id), unsignedProfile.delete(id)]);
  }

  /** Has `listener` hear of entries that come from Mojang; the function returned takes it off. */
  onEntry(listener: (event: MojangEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** What may still be sent to each of Mojang's hosts, and how they are doing. Never waits. */
  budget(): HostBudget[] {
    return this.#upstream.budgets();
  }

  /** Resolves when what was seen up to now has been recorded. */
  settled(): Promise<void> {
    return this.#sightings.settled();
  }

  /** Ends what is under way. Call it before the cache is closed. */
  async close(): Promise<void> {
    this.#upstream.close();
    await this.#sightings.close();
    this.#listeners.clear();
  }

  async #sinceFirstSeen(profileId: ProfileId): Promise<ProfileId> {
    const { id, name, firstSeenAt } = profileId;
    const { value: owners = [] } = await this.#sightings.ownersOf(name).catch(() => NOTHING);
    const seen = owners.findLast((owner) => owner.id === id);
    if (seen === undefined || firstSeenAt >= seen.validUntil) return profileId;
    return { ...profileId, firstSeenAt: Math.min(seen.firstSeenAt, firstSeenAt) };
  }

  #createLoaders(): Loaders {
    const upstream = this.#upstream;
    const profile = async (found: Profile | undefined): Promise<Profile | undefined> => {
      if (found === undefined) return undefined;
      this.#learn(found, "profile");
      this.#listeners.tell({ type: "PROFILE", id: found.id, profile: found });
      return found;
    };
    return {
      name: async (name, priority, previous) => {
        const found = await upstream.profileIdByName(name, priority);
        return found && this.#learn(found, "name", previous);
      },
      id: async (id, priority, previous) => {
        const found = await upstream.profileIdById(id, priority);
        return found && this.#learn(found, "id", previous);
      },
      profile: async (id, priority) => profile(await upstream.profile(id, true, priority)),
      unsignedProfile: async (id, priority) => profile(await upstream.profile(id, false, priority)),
      blockedServers: async (_key, priority) => {
        const text = await upstream.blockedServers(priority);
        this.#listeners.tell({ type: "BLACKLIST", hashes: parseBlockedServers(text) ?? [] });
        return text;
      },
      publicKeys: (_key, priority) => upstream.publicKeys(priority),
    };
  }

  /**
   * Mojang has said who has which name: that answers the question by name and the one by id, whichever was asked.
   * @param asked what was; that category is filled by its own load.
   */
  #learn(
    { id, name, legacy, demo }: UpstreamProfileId,
    asked: "name" | "id" | "profile" | "joined",
    previous?: ProfileId,
  ): ProfileId {
    const at = this.#clock.now();
    const { name: names, id: ids } = this.#categories;
    const found = { id, name, ...(legacy && { legacy }), ...(demo && { demo }) };
    const known = previous ?? tryPeek(names, nameKey(name)) ?? tryPeek(ids, id);
    const profileId = toProfileId(found, at, known);
    if (asked !== "name") quietly(names.set(nameKey(name), profileId));
    if (asked !== "id") quietly(ids.set(id, profileId));
    this.#sightings.note({ id, name, at });
    this.#listeners.tell({ type: "PROFILE_ID", key: { name, at }, profileId });
    return profileId;
  }
}

/** What is known of something that is not even a name. */
const NOTHING: Answer<never> = { value: undefined, source: "none", stale: false, failures: [] };

/** Nobody waits for it; the host tells of a backend that fails. */
function quietly(write: Promise<unknown>): void {
  write.catch(() => undefined);
}

function tryPeek(category: MojangCategories["name"], key: string): ProfileId | undefined {
  try {
    return category.peek(key);
  } catch {
    // Closed meanwhile: what comes of it is not kept either.
    return undefined;
  }
}
