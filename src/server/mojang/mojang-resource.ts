/** Mojang's endpoints: the paths, statuses and bodies that game servers and plugins know, answered from the cache. */
import type { Context } from "hono";
import { isIP } from "node:net";
import { TLSSocket } from "node:tls";

import type { Clock } from "../../host/main.js";
import { isPlayerName, MAX_NAME_LENGTH, parsePlayerId } from "../../mojang/main.js";
import type { Answer, MojangCache, ProfileId } from "../../mojang/main.js";
import type { ServerEnv } from "../server-env.js";
import { answerHeaders, leastFresh, recordHeaders } from "./answer-headers.js";
import { discoveryDocument } from "./discovery-document.js";
import { ListRoom } from "./list-room.js";
import { listText } from "./list-text.js";
import { MojangHttpError } from "./mojang-error.js";
import { readNames } from "./read-names.js";

/** Every method may reject with what `mojangErrorResponse` knows. */
export class MojangResource {
  readonly #mojang: MojangCache;
  readonly #clock: Clock;
  readonly #listRoom: ListRoom;

  constructor(mojang: MojangCache, clock: Clock) {
    this.#mojang = mojang;
    this.#clock = clock;
    this.#listRoom = new ListRoom(mojang.config.maxBulkBytes);
  }

  /** 200 with id and name, or 404. */
  async profileIdByName(c: Context<ServerEnv>): Promise<Response> {
    const name = c.req.param("name") ?? "";
    if (!isPlayerName(name)) throw invalidName(name);
    const answer = await this.#mojang.profileIdByName(name);
    if (answer.value === undefined)
      throw new MojangHttpError(404, `Couldn't find any profile with name ${name}`);
    return c.json(toJson(answer.value), 200, this.#headers(answer));
  }

  /** 200 with id and name, or 404. */
  async profileIdById(c: Context<ServerEnv>): Promise<Response> {
    const answer = await this.#mojang.profileIdById(readId(c));
    if (answer.value === undefined) throw notFound("NOT FOUND");
    return c.json(toJson(answer.value), 200, this.#headers(answer));
  }

  /** 200 with those there are of the names. */
  async profileIdsByName(c: Context<ServerEnv>): Promise<Response> {
    const onChunk = this.#listRoom.enter(c);
    const names = await readNames(c, this.#mojang.config.maxBulkBytes, { onChunk });
    const answers = await this.#mojang.profileIdsByName(names);
    const least = leastFresh(answers);
    const found = answers.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const headers = least === undefined ? {} : this.#headers(least);
    return c.body(await listText(found, toJson), 200, { ...headers, "content-type": "application/json" });
  }

  /** 200 with the profile, or 204. */
  async profile(c: Context<ServerEnv>): Promise<Response> {
    const signed = c.req.query("unsigned") === "false";
    const answer = await this.#mojang.profile(readId(c), { signed });
    if (answer.value === undefined) return c.body(null, 204);
    return c.json(answer.value, 200, this.#headers(answer));
  }

  /** 200 with what Mojang has said of one who has joined, as it said it, or 204. */
  async hasJoined(c: Context<ServerEnv>): Promise<Response> {
    const { username, serverId, ip } = c.req.query();
    if (username === undefined || serverId === undefined)
      throw new MojangHttpError(400, "Expected the parameters username and serverId", "CONSTRAINT_VIOLATION");
    if (ip !== undefined && isIP(ip) === 0)
      throw new MojangHttpError(400, "Expected an IP address for the parameter ip", "CONSTRAINT_VIOLATION");
    const joined = await this.#mojang.hasJoined({ username, serverId, ip });
    if (joined === undefined) return c.body(null, 204);
    // It is JSON: as anything else, a browser might take it for a page of this server's.
    const contentType = /^application\/json\b/i.test(joined.contentType)
      ? joined.contentType
      : "application/json";
    return c.body(joined.text, 200, { "content-type": contentType });
  }

  /** 200 with one SHA-1 a line. */
  async blockedServers(c: Context<ServerEnv>): Promise<Response> {
    const answer = await this.#mojang.blockedServers();
    const headers = { ...this.#headers(answer), "content-type": "text/plain; charset=utf-8" };
    return c.body(answer.value ?? "", 200, headers);
  }

  /** 200 with the keys. */
  async publicKeys(c: Context<ServerEnv>): Promise<Response> {
    const answer = await this.#mojang.publicKeys();
    if (answer.value === undefined) throw notFound("NOT_FOUND");
    return c.json(answer.value, 200, this.#headers(answer));
  }

  /** 200 with the names a player was seen with, in the form that Mojang's list had, or 404. */
  async nameHistory(c: Context<ServerEnv>): Promise<Response> {
    const answer = await this.#mojang.nameHistory(readId(c));
    const { value = [] } = answer;
    if (value.length === 0) throw notFound("NOT_FOUND");
    // The first of them is the first that was seen, and not known to be the player's first.
    const names = value.map(({ name, firstSeenAt }, index) =>
      index === 0 ? { name } : { name, changedToAt: firstSeenAt },
    );
    return c.json(names, 200, recordHeaders(answer, this.#clock.now()));
  }

  /** 200 with the document for the game's `minecraft.api.discovery.host`. */
  discovery(c: Context<ServerEnv>): Response {
    const { upstream, publicUrl } = this.#mojang.config;
    const { services, sessions } = upstream;
    return c.json(discoveryDocument({ own: publicUrl ?? ownUrl(c), services, sessions }), 200);
  }

  #headers(answer: Answer<unknown>): Record<string, string> {
    return answerHeaders(answer, this.#clock.now());
  }
}

/** What Mojang says of a player, without the times that are ours. */
function toJson({ id, name, legacy, demo }: ProfileId): object {
  return { id, name, ...(legacy && { legacy }), ...(demo && { demo }) };
}

function readId(c: Context<ServerEnv>): string {
  const text = c.req.param("id") ?? "";
  const id = parsePlayerId(text);
  if (id === undefined) throw new MojangHttpError(400, `Not a valid UUID: ${text.slice(0, 64)}`);
  return id;
}

function invalidName(name: string): MojangHttpError {
  const size = `, getProfileName.name: size must be between 1 and ${MAX_NAME_LENGTH}`;
  const isOfWrongSize = name.length === 0 || name.length > MAX_NAME_LENGTH;
  const message = `getProfileName.name: Invalid profile name${isOfWrongSize ? size : ""}`;
  return new MojangHttpError(400, message, "CONSTRAINT_VIOLATION");
}

/** Mojang spells it differently from endpoint to endpoint. */
function notFound(error: "NOT FOUND" | "NOT_FOUND"): MojangHttpError {
  return new MojangHttpError(404, "Not Found", error);
}

/** Where this server was asked, which is where it can be reached by whoever asked. */
function ownUrl(c: Context<ServerEnv>): string {
  const scheme = c.env.incoming.socket instanceof TLSSocket ? "https" : "http";
  return `${scheme}://${c.req.header("host") ?? "localhost"}`;
}
