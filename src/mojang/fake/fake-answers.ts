/** The endpoints of the fake, with the bodies and statuses that Mojang's have today. */
import { parsePlayerId } from "../entities/player-id.js";
import { isPlayerName, MAX_NAME_LENGTH, nameKey } from "../entities/player-name.js";
import type { FakePlayer, FakePlayers } from "./fake-players.js";

/** What is asked. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** In lower case. */
  readonly contentType: string;
  readonly body: string;
}

/** What is answered: an object is sent as JSON. */
export interface FakeAnswer {
  readonly status: number;
  readonly body?: object | string;
}

/** What is known of players and servers. */
export interface FakeWorld {
  readonly players: FakePlayers;
  /** Who has joined which server: by `serverId`. */
  readonly joins: Map<string, { readonly player: FakePlayer; readonly ip: string | undefined }>;
  /** Name keys that are found wrong by no rule that is known. */
  readonly refusedNames: Set<string>;
  /** SHA-1 of addresses. */
  blockedServers: readonly string[];
}

/** Mojang refuses more. */
const MAX_BULK_NAMES = 10;

type Endpoint = readonly [
  method: string,
  path: RegExp,
  answer: (world: FakeWorld, request: FakeRequest, parameter: string) => FakeAnswer,
];

const ENDPOINTS: readonly Endpoint[] = [
  ["GET", /^\/users\/profiles\/minecraft\/([^/]*)$/, answerName],
  ["GET", /^\/minecraft\/profile\/lookup\/name\/([^/]*)$/, answerName],
  ["POST", /^\/profiles\/minecraft$/, answerNames],
  ["POST", /^\/minecraft\/profile\/lookup\/bulk\/byname$/, answerNames],
  ["GET", /^\/minecraft\/profile\/lookup\/([^/]*)$/, answerId],
  ["GET", /^\/session\/minecraft\/profile\/([^/]*)$/, answerProfile],
  ["GET", /^\/session\/minecraft\/hasJoined$/, answerHasJoined],
  ["POST", /^\/session\/minecraft\/join$/, answerJoin],
  ["GET", /^\/blockedservers$/, ({ blockedServers }) => ({ status: 200, body: blockedServers.join("\n") })],
  ["GET", /^\/publickeys$/, answerPublicKeys],
];

/** Whether a path is one of the session server's. */
export function isSessionPath(path: string): boolean {
  return path.startsWith("/session/") || path === "/blockedservers";
}

/** Answers a request as Mojang would. */
export function answerRequest(world: FakeWorld, request: FakeRequest): FakeAnswer {
  for (const [method, pattern, answer] of ENDPOINTS) {
    const match = pattern.exec(request.path);
    if (match !== null && method === request.method) return answer(world, request, match[1] ?? "");
  }
  return { status: 404, body: { path: request.path, error: "NOT_FOUND", errorMessage: "Not Found" } };
}

function answerName(world: FakeWorld, { path }: FakeRequest, text: string): FakeAnswer {
  const name = decodeURIComponent(text);
  if (!isName(world, name)) {
    const size = `getProfileName.name: size must be between 1 and ${MAX_NAME_LENGTH}`;
    const isTooLong = name.length > MAX_NAME_LENGTH;
    return violation(path, `getProfileName.name: Invalid profile name${isTooLong ? `, ${size}` : ""}`);
  }
  const player = world.players.byName(name);
  if (player !== undefined) return { status: 200, body: profileId(player) };
  return { status: 404, body: { path, errorMessage: `Couldn't find any profile with name ${name}` } };
}

function answerNames(world: FakeWorld, { path, contentType, body }: FakeRequest): FakeAnswer {
  if (!contentType.startsWith("application/json")) {
    return {
      status: 415,
      body: { path, error: "UNSUPPORTED_MEDIA_TYPE", errorMessage: "Unsupported Media Type" },
    };
  }
  const names: unknown = JSON.parse(body);
  if (!Array.isArray(names) || names.length === 0)
    return violation(path, "getProfileName.profileNames: must not be empty");
  if (names.length > MAX_BULK_NAMES)
    return violation(path, `getProfileName.profileNames: size must be between 0 and ${MAX_BULK_NAMES}`);
  const invalid = names.findIndex((name) => !isName(world, String(name)));
  if (invalid >= 0) return violation(path, `getProfileName.profileNames[${invalid}]: Invalid profile name`);
  const found = names
    .map((name) => world.players.byName(String(name)))
    .filter((player) => player !== undefined);
  return { status: 200, body: [...new Set(found)].map(profileId) };
}

function answerId({ players }: FakeWorld, { path }: FakeRequest, text: string): FakeAnswer {
  const id = parsePlayerId(text);
  if (id === undefined) return { status: 400, body: { path, errorMessage: `Not a valid UUID: ${text}` } };
  const player = players.byId(id);
  if (player !== undefined) return { status: 200, body: profileId(player) };
  return { status: 404, body: { path, error: "NOT FOUND", errorMessage: "Not Found" } };
}

function answerProfile({ players }: FakeWorld, { path, query }: FakeRequest, text: string): FakeAnswer {
  const id = parsePlayerId(text);
  if (id === undefined) return { status: 400, body: { path, errorMessage: `Not a valid UUID: ${text}` } };
  const player = players.byId(id);
  if (player === undefined) return { status: 204 };
  return { status: 200, body: players.profileOf(player, query.get("unsigned") === "false") };
}

function answerHasJoined({ players, joins }: FakeWorld, { query }: FakeRequest): FakeAnswer {
  const join = joins.get(query.get("serverId") ?? "");
  const ip = query.get("ip");
  const isSame = join?.player.name.toLowerCase() === query.get("username")?.toLowerCase();
  const isThere = ip === null || join?.ip === undefined || join.ip === ip;
  if (join === undefined || !isSame || !isThere) return { status: 204 };
  return { status: 200, body: players.profileOf(join.player, true) };
}

function answerJoin({ players, joins }: FakeWorld, { path, body }: FakeRequest): FakeAnswer {
  const { selectedProfile, serverId } = JSON.parse(body) as Record<string, unknown>; // what is missing is undefined
  const player = players.byId(parsePlayerId(String(selectedProfile)) ?? "");
  if (player === undefined || typeof serverId !== "string") {
    return {
      status: 403,
      body: { path, error: "ForbiddenOperationException", errorMessage: "Invalid token." },
    };
  }
  joins.set(serverId, { player, ip: undefined });
  return { status: 204 };
}

function answerPublicKeys({ players }: FakeWorld): FakeAnswer {
  const keys = [{ publicKey: players.publicKey }];
  return { status: 200, body: { profilePropertyKeys: keys, playerCertificateKeys: keys } };
}

function isName({ refusedNames }: FakeWorld, name: string): boolean {
  return isPlayerName(name) && !refusedNames.has(nameKey(name));
}

function profileId({ id, name }: FakePlayer): object {
  return { id, name };
}

function violation(path: string, errorMessage: string): FakeAnswer {
  return { status: 400, body: { path, error: "CONSTRAINT_VIOLATION", errorMessage } };
}
