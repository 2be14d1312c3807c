/** The operations of a server that asks Mojang: Mojang's own, and those of the first Stockpile. */
import { operation } from "./openapi-operations.js";
import type { Operation, OperationRow } from "./openapi-operations.js";

const PLAYER = { 200: "#Player", 404: "#MojangError" };
/** JSON all the same: so the first Stockpile sent it. */
const LEGACY_JSON = { 200: "text/plain" };

/** Of a server whose configuration has a section "mojang". Statuses and bodies are Mojang's. */
export const MOJANG_OPERATIONS: readonly Operation[] = [
  ofMojang("get", "/users/profiles/minecraft/{name}", "getPlayerByName", "Who has a name", PLAYER),
  ofMojang("get", "/minecraft/profile/lookup/name/{name}", "lookUpPlayerByName", "The same", PLAYER),
  ofMojang("get", "/minecraft/profile/lookup/{id}", "getPlayerById", "Which name a player has", PLAYER),
  {
    ...ofMojang("post", "/profiles/minecraft", "getPlayersByName", "Who has which of some names", {
      200: "#Players",
    }),
    hasBody: true,
  },
  {
    ...ofMojang("post", "/minecraft/profile/lookup/bulk/byname", "lookUpPlayersByName", "The same", {
      200: "#Players",
    }),
    hasBody: true,
  },
  {
    ...ofMojang("get", "/session/minecraft/profile/{id}", "getProfile", "A player's profile; 204: none", {
      200: "#Profile",
      204: "",
    }),
    query: ["unsigned"],
  },
  {
    ...ofMojang("get", "/session/minecraft/hasJoined", "hasJoined", "Whether a player has joined; 204: not", {
      200: "#Profile",
      204: "",
    }),
    query: ["username", "serverId", "ip"],
  },
  ofMojang("get", "/user/profiles/{id}/names", "getNames", "The names a player was seen with", {
    200: "#Names",
    404: "#MojangError",
  }),
  ofMojang("get", "/blockedservers", "getBlockedServers", "The hashes of blocked servers, one a line", {
    200: "text/plain",
  }),
  ofMojang("get", "/publickeys", "getPublicKeys", "The keys that signatures are checked with", {
    200: "#PublicKeys",
    404: "#MojangError",
  }),
  ofMojang("get", "/minecraft/client", "getDiscovery", "Where a game finds Mojang's services", {
    200: "application/json",
  }),
];

/** Of one that serves `/v1` besides. */
export const LEGACY_OPERATIONS: readonly Operation[] = [
  ofLegacy("get", "/v1", "getLegacyRoot", "Leads to /v1/", { 301: "" }),
  ofLegacy("get", "/v1/", "getLegacyIndex", "What this is", LEGACY_JSON),
  ofLegacy("get", "/v1/name/{subject}", "getLegacyName", "The id of a name", LEGACY_JSON),
  { ...ofLegacy("post", "/v1/name", "postLegacyName", "The same", LEGACY_JSON), hasBody: true },
  ofLegacy("get", "/v1/profile/{subject}", "getLegacyProfile", "A player's profile", LEGACY_JSON),
  { ...ofLegacy("post", "/v1/profile", "postLegacyProfile", "The same", LEGACY_JSON), hasBody: true },
  {
    ...ofLegacy("post", "/v1/blacklist", "postLegacyBlacklist", "Whether a server is blocked", LEGACY_JSON),
    hasBody: true,
  },
  {
    ...ofLegacy("get", "/v1/login", "getLegacyLogin", "Whether a player has joined; 503: not", LEGACY_JSON),
    query: ["username", "serverId"],
  },
  ...(["name", "profile"] as const).flatMap((what) => [
    forget(
      `/v1/${what}`,
      `forgetLegacy-${what}`,
      `Has the ${what} that the body says be asked for anew`,
      true,
    ),
    forget(`/v1/${what}/{subject}`, `forgetLegacy-${what}-in-path`, "The same of the path", false),
  ]),
];

function ofMojang(...row: OperationRow): Operation {
  return { ...operation(...row), error: "#MojangError" };
}

function ofLegacy(...row: OperationRow): Operation {
  return { ...operation(...row), error: "text/plain" };
}

// oxlint-disable-next-line max-params -- A row of the table above.
function forget(path: string, id: string, summary: string, hasBody: boolean): Operation {
  return { ...ofLegacy("delete", path, id, summary, { 204: "" }), needsToken: true, hasBody };
}
