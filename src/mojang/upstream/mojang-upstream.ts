/** Mojang's services, question by question. */
import type { Logger } from "pino";
import { z } from "zod";

import type { Clock } from "../../host/main.js";
import { parseBlockedServers } from "../entities/blocked-servers.js";
import { nameKey } from "../entities/player-name.js";
import { profileIdSchema } from "../entities/profile-id.js";
import type { UpstreamProfileId } from "../entities/profile-id.js";
import { profileSchema } from "../entities/profile.js";
import type { Profile } from "../entities/profile.js";
import { publicKeysSchema } from "../entities/public-keys.js";
import type { PublicKeys } from "../entities/public-keys.js";
import type { MojangConfig } from "../mojang-config.js";
import { NamePages, NAMES_PER_PAGE } from "./name-pages.js";
import type { NameResult } from "./names-page.js";
import type { Priority } from "./priority.js";
import {
  findsWrong,
  isRejection,
  readJson,
  refuseOthers,
  refuseOtherThanOk,
  saysAbsent,
} from "./read-answer.js";
import { UpstreamError } from "./upstream-error.js";
import { UpstreamHost } from "./upstream-host.js";
import type { HostBudget } from "./upstream-host.js";

/** What a game server asks when a player joins. */
export interface JoinRequest {
  readonly username: string;
  readonly serverId: string;
  /** The player's address, where the server prevents proxies. */
  readonly ip?: string | undefined;
}

/** Mojang's answer about one who has joined. */
export interface Joined {
  readonly profile: Profile;
  /** As Mojang sent it. */
  readonly text: string;
  readonly contentType: string;
}

const manySchema = z.array(profileIdSchema);

/** Asks Mojang. Each method rejects with an {@link UpstreamError} where it could not be asked. */
export class MojangUpstream {
  /** Names and ids, and keys. */
  readonly #services: UpstreamHost;
  /** Profiles and logins, and the list of blocked servers. */
  readonly #sessions: UpstreamHost;
  readonly #pages: NamePages<UpstreamProfileId>;
  readonly #clock: Clock;
  readonly #deadlineMs: number;

  constructor(config: MojangConfig, { logger, clock }: { readonly logger: Logger; readonly clock: Clock }) {
    const host = (name: "services" | "sessions"): UpstreamHost =>
      new UpstreamHost({
        name,
        baseUrl: config.upstream[name],
        limits: config.budgets[name],
        attemptTimeoutMs: config.attemptTimeout,
        deadlineMs: config.deadline,
        retries: config.retries,
        logger,
        clock,
      });
    this.#clock = clock;
    this.#deadlineMs = config.deadline;
    this.#services = host("services");
    this.#sessions = host("sessions");
    this.#pages = new NamePages({ clock, lookUp: (names, priority) => this.#findNames(names, priority) });
  }

  /** The player of that name; `undefined`: there is none. Names asked for at a time are asked for together. */
  profileIdByName(name: string, priority: Priority): Promise<UpstreamProfileId | undefined> {
    return this.#pages.find(name, priority);
  }

  /** The player of that id; `undefined`: there is none. */
  async profileIdById(id: string, priority: Priority): Promise<UpstreamProfileId | undefined> {
    const response = await this.#services.request({ path: `/minecraft/profile/lookup/${id}`, priority });
    if (saysAbsent(response, "id")) return undefined;
    const found = readJson("services", response, profileIdSchema);
    refuseOthers("services", response, found.id === id);
    return found;
  }

  /** The profile of a player; `undefined`: there is none. */
  async profile(id: string, isSigned: boolean, priority: Priority): Promise<Profile | undefined> {
    const response = await this.#sessions.request({
      path: `/session/minecraft/profile/${id}`,
      query: isSigned ? { unsigned: "false" } : {},
      priority,
    });
    if (saysAbsent(response, "session")) return undefined;
    const found = readJson("sessions", response, profileSchema);
    refuseOthers("sessions", response, found.id === id);
    return found;
  }

  /** Whether somebody has joined; `undefined`: not. */
  async hasJoined({ username, serverId, ip }: JoinRequest): Promise<Joined | undefined> {
    const response = await this.#sessions.request({
      path: "/session/minecraft/hasJoined",
      query: { username, serverId, ...(ip === undefined ? {} : { ip }) },
      priority: "login",
    });
    if (saysAbsent(response, "session")) return undefined;
    const profile = readJson("sessions", response, profileSchema);
    return { profile, text: response.text, contentType: response.fullContentType };
  }

  /** The list of blocked servers, as it is written: one SHA-1 a line, and at least one. */
  async blockedServers(priority: Priority): Promise<string> {
    const response = await this.#sessions.request({ path: "/blockedservers", priority });
    refuseOtherThanOk("sessions", response);
    // No list is a broken answer, and not the news that every server is let in again.
    if ((parseBlockedServers(response.text)?.length ?? 0) > 0) return response.text;
    throw new UpstreamError("sessions", "unexpected", "expected a list of SHA-1: received something else", {
      status: response.status,
    });
  }

  /** The keys that signatures are checked with. */
  async publicKeys(priority: Priority): Promise<PublicKeys> {
    const response = await this.#services.request({ path: "/publickeys", priority });
    return readJson("services", response, publicKeysSchema);
  }

  /** In how many ms so many names of one list could be asked for, or as many of them as ever can be at once. */
  namesWaitMs(count: number): number {
    return this.#services.waitMs("bulk", Math.ceil(count / NAMES_PER_PAGE));
  }

  /** Waits until a name could be asked for, where that is within `forMs`; answers whether it is. */
  waitForName(priority: Priority, forMs: number): Promise<boolean> {
    return this.#services.waitForToken(priority, forMs);
  }

  /** Why a name was not asked for: its list has had its time. */
  unfinished(deadlineMs: number): UpstreamError {
    return new UpstreamError(this.#services.name, "unfinished", `a list may ask for ${deadlineMs} ms`);
  }

  /** How each host is doing. */
  budgets(): HostBudget[] {
    return [this.#services.state(), this.#sessions.state()];
  }

  /** Ends what is under way. */
  close(): void {
    this.#services.close();
    this.#sessions.close();
  }

  async #findNames(
    names: readonly string[],
    priority: Priority,
  ): Promise<ReadonlyMap<string, NameResult<UpstreamProfileId>>> {
    const [name, ...others] = names;
    if (name === undefined) return new Map();
    const endMs = this.#clock.monotonic() + this.#deadlineMs;
    if (others.length === 0) return new Map([[nameKey(name), await this.#findName(name, priority, endMs)]]);
    const path = "/minecraft/profile/lookup/bulk/byname";
    const response = await this.#services.request({ path, body: names, priority, endMs });
    if (isRejection(response)) return this.#findOneByOne(names, priority, endMs);
    const found = new Map(
      readJson("services", response, manySchema).map((profileId) => [nameKey(profileId.name), profileId]),
    );
    const asked = new Set(names.map(nameKey));
    // Of a page about others, what it lacks says nothing either.
    refuseOthers(
      "services",
      response,
      [...found.keys()].every((key) => asked.has(key)),
    );
    return found;
  }

  /** Nobody has a name that Mojang finds wrong: asked by itself, that is an answer about this name. */
  async #findName(name: string, priority: Priority, endMs: number): Promise<UpstreamProfileId | undefined> {
    const path = `/minecraft/profile/lookup/name/${encodeURIComponent(name)}`;
    const response = await this.#services.request({ path, priority, endMs });
    if (saysAbsent(response, "name") || findsWrong(response)) return undefined;
    const found = readJson("services", response, profileIdSchema);
    refuseOthers("services", response, nameKey(found.name) === nameKey(name));
    return found;
  }

  /** One name that Mojang finds wrong, by a rule we do not know of, is not to spoil those beside it. */
  async #findOneByOne(
    names: readonly string[],
    priority: Priority,
    endMs: number,
  ): Promise<ReadonlyMap<string, NameResult<UpstreamProfileId>>> {
    const results = names.map(async (name): Promise<[string, NameResult<UpstreamProfileId>]> => {
      try {
        return [nameKey(name), await this.#findName(name, priority, endMs)];
      } catch (error) {
        return [nameKey(name), error instanceof Error ? error : new Error(String(error))];
      }
    });
    return new Map(await Promise.all(results));
  }
}
