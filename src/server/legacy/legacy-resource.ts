/** The REST interface of the first Stockpile, for programs that were written for it. */
import type { Context } from "hono";

import type { Clock } from "../../host/main.js";
import { isPlayerName, parsePlayerId, toDashedId } from "../../mojang/main.js";
import type { Answer, MojangCache, Profile } from "../../mojang/main.js";
import { answerHeaders, leastFresh } from "../mojang/answer-headers.js";
import { packageVersion } from "../package-version.js";
import { readBody } from "../read-body.js";
import type { ServerEnv } from "../server-env.js";
import { LegacyError } from "./legacy-error.js";

/** The longest name of a host has 253 characters; names and ids are shorter. */
const MAX_BODY_BYTES = 1_024;
/** JSON all the same. */
const CONTENT_TYPE = "text/plain; charset=utf-8";

/** Every method may reject with what `legacyErrorResponse` knows. */
export class LegacyResource {
  readonly #mojang: MojangCache;
  readonly #clock: Clock;

  constructor(mojang: MojangCache, clock: Clock) {
    this.#mojang = mojang;
    this.#clock = clock;
  }

  /** What this is. */
  index(c: Context<ServerEnv>): Response {
    const api = { state: "DEPRECATED", version: 1 };
    return toResponse(c, { api, name: "Stockpile", vendor: "Torchmind", version: packageVersion() });
  }

  /** 200 with the id of a name, or 404, which it is of what is no name too. */
  async name(c: Context<ServerEnv>): Promise<Response> {
    const { id, answer } = await this.#findName(await readText(c));
    return toResponse(c, { identifier: toDashedId(id) }, this.#headers([answer]));
  }

  /** 204 once the name is forgotten, also where it is none: there is nothing to forget. */
  async forgetName(c: Context<ServerEnv>): Promise<Response> {
    const name = await readText(c);
    if (isPlayerName(name)) await this.#mojang.forgetName(name);
    return c.body(null, 204);
  }

  /** 200 with the profile of a name or an id, or 404; what is neither is a 400. */
  async profile(c: Context<ServerEnv>): Promise<Response> {
    const { id, answers } = await this.#findPlayer(await readText(c));
    const answer = await this.#mojang.profile(id, { signed: true });
    if (answer.value === undefined) throw new LegacyError(404, "no such profile");
    return toResponse(c, this.#toJson(answer.value), this.#headers([...answers, answer]));
  }

  /** 204 once the profile is forgotten, also where there is none. Mojang is not asked whose it is. */
  async forgetProfile(c: Context<ServerEnv>): Promise<Response> {
    const text = await readText(c);
    const id = parsePlayerId(text) ?? (await this.#knownIdOf(text));
    if (id !== undefined) await this.#mojang.forgetProfile(id);
    return c.body(null, 204);
  }

  /** 200 with whether a host is blocked. */
  async blacklist(c: Context<ServerEnv>): Promise<Response> {
    const hostname = await readText(c);
    const answer = await this.#mojang.checkBlockedServers([hostname]);
    const blacklisted = (answer.value ?? []).length > 0;
    return toResponse(c, { blacklisted, hostname }, this.#headers([answer]));
  }

  /** 200 with the profile of one who has joined; 503: not, or nobody can say. */
  async login(c: Context<ServerEnv>): Promise<Response> {
    const { username, serverId } = c.req.query();
    if (username === undefined || serverId === undefined)
      throw new LegacyError(400, "expected the parameters username and serverId");
    const joined = await this.#mojang.hasJoined({ username, serverId });
    if (joined === undefined) throw new LegacyError(503, "not joined");
    const { id, name, properties } = joined.profile;
    const isForwarded = c.req.header("x-forward") !== undefined;
    return toResponse(c, isForwarded ? { id, name, properties } : this.#toJson(joined.profile));
  }

  /** The player of a name or an id, with what the cache has answered on the way. */
  async #findPlayer(text: string): Promise<{ id: string; answers: Answer<unknown>[] }> {
    const id = parsePlayerId(text);
    if (id !== undefined) return { id, answers: [] };
    if (!isPlayerName(text)) throw new LegacyError(400, "expected a name or an id");
    const found = await this.#findName(text);
    return { id: found.id, answers: [found.answer] };
  }

  /** By the name's entry, or where that is forgotten, by what was seen. */
  async #knownIdOf(name: string): Promise<string | undefined> {
    const id = await this.#mojang.knownIdOf(name);
    return id ?? (await this.#mojang.profileIdByName(name, this.#clock.now())).value?.id;
  }

  async #findName(name: string): Promise<{ id: string; answer: Answer<unknown> }> {
    const answer = await this.#mojang.profileIdByName(name);
    if (answer.value === undefined) throw new LegacyError(404, "no such profile");
    return { id: answer.value.id, answer };
  }

  /** As Mojang's own endpoints have them; of what several entries were needed for, those of the least fresh. */
  #headers(answers: readonly Answer<unknown>[]): Record<string, string> {
    const least = leastFresh(answers);
    return least === undefined ? {} : answerHeaders(least, this.#clock.now());
  }

  #toJson({ id, name, properties }: Profile): object {
    return {
      cacheTimestamp: Math.floor(this.#clock.now() / 1000),
      identifier: toDashedId(id),
      name,
      properties: properties.map((property) => ({
        name: property.name,
        value: property.value,
        signature: property.signature ?? "",
      })),
    };
  }
}

/** What a request is about: in its path, or else in its body. */
async function readText(c: Context<ServerEnv>): Promise<string> {
  const parameter = c.req.param("subject");
  if (parameter !== undefined) return parameter;
  return new TextDecoder().decode(await readBody(c, MAX_BODY_BYTES)).trim();
}

function toResponse(
  c: Context<ServerEnv>,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.body(JSON.stringify(body), 200, { ...headers, "content-type": CONTENT_TYPE });
}
