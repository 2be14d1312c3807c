/**
 * `stockpile server --dev` as game servers of each generation ask it: the requests that their authlib sends, with the headers
 * of Java's own client. What is known of them is in docs/game-servers.
 */
import test from "ava";
import type { ExecutionContext } from "ava";
import { createPublicKey, verify } from "node:crypto";

import { send } from "../server/send.js";
import type { Sent } from "../server/send.js";
import { RunningCommand } from "./run-command.js";

/** As `HttpURLConnection` sends them once caches are off, as authlib has it. */
const JAVA_HEADERS = {
  "Cache-Control": "no-cache",
  Pragma: "no-cache",
  "User-Agent": "Java/21.0.8",
  Accept: "*/*",
  Connection: "keep-alive",
};
/** As Velocity's `java.net.http.HttpClient` sends them over plain HTTP: it offers to go on in HTTP/2. */
const PROXY_HEADERS = {
  Connection: "Upgrade, HTTP2-Settings",
  "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
  Upgrade: "h2c",
  "User-Agent": "Java-http-client/21.0.8",
};
const SERVER_ID = "-7c9d5b0044c130109a5d7b5fb5c317c02b4e28c1";
const PLAYERS = ["Dev_Alder", "Dev_Birch", "Dev_Cedar", "Dev_Elm", "Dev_Fir"];

let server: RunningCommand;
let url: string;

test.before(async (t) => {
  t.timeout(120_000);
  server = new RunningCommand(["server", "--dev", "--port", "0"]).read();
  url = await server.printed(/listens on (\S+)/);
});

test.after.always(() => void server.child.kill("SIGKILL"));

/** Where a generation asks: addresses, of which those of players and names end before what is asked for. */
interface Endpoints {
  readonly verify: string;
  readonly profile: (id: string) => string;
  readonly names: string;
  /** How many names go into one request. */
  readonly page: number;
  /** Of a single name, where the generation asks for that. */
  readonly name?: (name: string) => string;
  readonly publicKeys: string;
}

interface Generation {
  readonly versions: string;
  readonly endpoints: () => Promise<Endpoints>;
}

/** What a game is given by `-Dminecraft.api.session.host` and so on. */
function ofHosts(names: Pick<Endpoints, "names" | "name">): () => Promise<Endpoints> {
  return async () => ({
    verify: `${url}/session/minecraft/hasJoined`,
    profile: (id) => `${url}/session/minecraft/profile/${id}`,
    page: 2,
    publicKeys: `${url}/publickeys`,
    ...names,
    names: url + names.names,
  });
}

/** What a game is given by `-Dminecraft.api.discovery.host`. */
async function ofDocument(): Promise<Endpoints> {
  const { authentication, session, profiles } = await discover();
  return {
    verify: session["verify"].uri,
    profile: (id) => session["getProfileById"].uri.replace("{profileId}", id),
    names: profiles["getManyByName"].uri,
    page: 10,
    name: (name) => profiles["getByName"].uri.replace("{name}", name),
    publicKeys: authentication["getPublicKeys"].uri,
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- The assertions say what is in it.
async function discover(): Promise<Record<"authentication" | "session" | "profiles", Record<string, any>>> {
  const { status, body } = await send(url, "/minecraft/client", { headers: JAVA_HEADERS });
  if (status !== 200) throw new Error(`Expected the discovery document: received ${status}`);
  const { discovery } = JSON.parse(body.toString());
  const entries = ["authentication", "session", "profiles"].map((name) => [name, discovery[name].endpoints]);
  return Object.fromEntries(entries);
}

const GENERATIONS: readonly Generation[] = [
  { versions: "1.16 to 1.20", endpoints: ofHosts({ names: "/profiles/minecraft" }) },
  {
    versions: "1.21 to 26.2",
    endpoints: ofHosts({
      names: "/minecraft/profile/lookup/bulk/byname",
      name: (name) => `${url}/minecraft/profile/lookup/name/${name}`,
    }),
  },
  { versions: "26.3 and later", endpoints: ofDocument },
];

function get(address: string): Promise<Sent> {
  const { origin, pathname, search } = new URL(address);
  return send(origin, pathname + search, { headers: JAVA_HEADERS });
}

function post(address: string, body: unknown): Promise<Sent> {
  const { origin, pathname } = new URL(address);
  const text = JSON.stringify(body);
  return send(origin, pathname, {
    method: "POST",
    headers: {
      ...JAVA_HEADERS,
      "Content-Type": "application/json; charset=utf-8",
      "Content-Length": String(Buffer.byteLength(text)),
    },
    body: text,
  });
}

function jsonOf({ status, headers, body }: Sent): unknown {
  if (status !== 200 || headers["content-type"] !== "application/json")
    throw new Error(`Expected JSON: received ${status} ${headers["content-type"]} ${body.toString()}`);
  return JSON.parse(body.toString());
}

interface NameAndId {
  readonly id: string;
  readonly name: string;
}

interface Profile extends NameAndId {
  readonly properties: readonly {
    readonly name: string;
    readonly value: string;
    readonly signature?: string;
  }[];
}

/** Looks names up as authlib does: in lower case, page by page. */
async function lookUp({ names: address, page }: Endpoints, names: readonly string[]): Promise<NameAndId[]> {
  const found: NameAndId[] = [];
  for (let at = 0; at < names.length; at += page) {
    const request = names.slice(at, at + page).map((name) => name.toLowerCase());
    // oxlint-disable-next-line no-await-in-loop -- One page after the other, as there.
    found.push(...(jsonOf(await post(address, request)) as NameAndId[]));
  }
  return found;
}

/** What a player's program does before its server asks: with an address that the server's document names. */
async function join({ id }: NameAndId): Promise<void> {
  const { session } = await discover();
  const { status } = await post(session["join"].uri, {
    accessToken: "any",
    selectedProfile: id,
    serverId: SERVER_ID,
  });
  if (status !== 204) throw new Error(`Expected 204: received ${status}`);
}

/** Checks a property as authlib does: SHA1withRSA of the value's text. */
async function checkSignature(
  t: ExecutionContext,
  { publicKeys }: Endpoints,
  profile: Profile,
): Promise<void> {
  const { profilePropertyKeys, playerCertificateKeys } = jsonOf(await get(publicKeys)) as Record<
    string,
    readonly { readonly publicKey: string }[]
  >;
  t.true((playerCertificateKeys ?? []).length > 0);
  const [{ value, signature = "" } = { value: "" }] = profile.properties;
  const isSigned = (profilePropertyKeys ?? []).some(({ publicKey }) => {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return verify("RSA-SHA1", Buffer.from(value), key, Buffer.from(signature, "base64"));
  });
  t.true(isSigned);
}

/** The addresses that the textures of a profile have. */
function textureUrls({ properties }: Profile): string[] {
  const { textures } = JSON.parse(Buffer.from(properties[0]?.value ?? "", "base64").toString());
  return Object.values(textures as Record<string, { url: string }>).map((texture) => texture.url);
}

for (const { versions, endpoints } of GENERATIONS) {
  test.serial(
    `a server of ${versions} looks names up, in pages, and takes the missing for unknown`,
    async (t) => {
      const at = await endpoints();
      const found = await lookUp(at, [...PLAYERS, "Nobody_1", "Nobody_2", "Nobody_3"]);
      t.deepEqual(found.map(({ name }) => name).toSorted(), PLAYERS);
      for (const { id } of found) t.regex(id, /^[0-9a-f]{32}$/);
      t.deepEqual(await lookUp(at, ["Nobody_1"]), []);
      if (at.name === undefined) return;
      t.deepEqual(jsonOf(await get(at.name("dev_alder"))), found[0]);
      t.is((await get(at.name("nobody_1"))).status, 404);
    },
  );

  test.serial(`a server of ${versions} is told whether a player has joined`, async (t) => {
    const at = await endpoints();
    const [player = { id: "", name: "" }] = await lookUp(at, ["Dev_Birch"]);
    const asked = `username=Dev_Birch&serverId=${SERVER_ID}`;
    await join(player);
    // The order is that of a HashMap; the address is sent with prevent-proxy-connections.
    for (const query of [asked, `serverId=${SERVER_ID}&username=Dev_Birch`, `ip=192.0.2.7&${asked}`]) {
      const profile = jsonOf(await get(`${at.verify}?${query}`)) as Profile;
      t.like(profile, player, query);
      await checkSignature(t, at, profile);
    }
    const absent = await get(`${at.verify}?username=Dev_Cedar&serverId=${SERVER_ID}`);
    t.is(absent.status, 204);
    t.is(absent.body.byteLength, 0);
  });

  test.serial(`a server of ${versions} gets profiles whose signature and skin it can check`, async (t) => {
    const at = await endpoints();
    const [player = { id: "", name: "" }] = await lookUp(at, ["Dev_Elm"]);
    const signed = jsonOf(await get(`${at.profile(player.id)}?unsigned=false`)) as Profile;
    t.like(signed, player);
    await checkSignature(t, at, signed);
    const { profiles } = await discover();
    const prefixes = (profiles["getTexture"].validUris as string[]).map((uri) =>
      uri.replace("{textureId}", ""),
    );
    const urls = textureUrls(signed);
    t.is(urls.length, 1);
    for (const texture of urls)
      t.true(
        prefixes.some((prefix) => texture.startsWith(prefix)),
        texture,
      );

    const unsigned = jsonOf(await get(`${at.profile(player.id)}?unsigned=true`)) as Profile;
    t.like(unsigned, player);
    t.is(unsigned.properties[0]?.signature, undefined);
    t.deepEqual(textureUrls(unsigned), urls);

    const nobody = await get(`${at.profile("0".repeat(32))}?unsigned=false`);
    t.is(nobody.status, 204);
    t.is(nobody.body.byteLength, 0);
  });
}

test.serial("a proxy, whose client offers HTTP/2, is told whether a player has joined", async (t) => {
  const [player = { id: "", name: "" }] = await lookUp(await ofDocument(), ["Dev_Fir"]);
  await join(player);
  const path = `/session/minecraft/hasJoined?username=Dev_Fir&serverId=${SERVER_ID}`;
  const joined = await send(url, path, { headers: PROXY_HEADERS });
  t.like(jsonOf(joined), player);
  const address = await send(url, `${path}&ip=192.0.2.7`, { headers: PROXY_HEADERS });
  t.like(jsonOf(address), player);
  const absent = await send(url, path.replace("Dev_Fir", "Dev_Cedar"), { headers: PROXY_HEADERS });
  t.is(absent.status, 204);
});

test.serial(
  "the document has every endpoint that a game of 26.3 or later asks, and all addresses are absolute",
  async (t) => {
    const { discovery } = jsonOf(await get(`${url}/minecraft/client`)) as {
      discovery: Record<string, { endpoints: Record<string, { uri?: string; validUris?: string[] }> }>;
    };
    for (const [service, names] of Object.entries({
      authentication: ["getPublicKeys"],
      session: ["join", "verify", "getProfileById"],
      profiles: ["getManyByName", "getByName", "getTexture"],
    })) {
      for (const name of names) t.truthy(discovery[service]?.endpoints[name], `${service}/${name}`);
    }
    const endpoints = Object.values(discovery).flatMap((service) => Object.values(service.endpoints));
    t.true(endpoints.length > 10);
    for (const { uri, validUris = [] } of endpoints) {
      for (const each of [...(uri === undefined ? [] : [uri]), ...validUris])
        t.true(URL.canParse(each), each);
    }
  },
);

test.serial("the block list is text with one hash a line, as a player's program reads it", async (t) => {
  const { status, headers, body } = await get(`${url}/blockedservers`);
  t.is(status, 200);
  t.is(headers["content-type"], "text/plain; charset=utf-8");
  for (const line of body.toString("latin1").split("\n").filter(Boolean)) t.regex(line, /^[0-9a-f]{40}$/);
});

test.serial("the server says what to try, and where a game server finds it", (t) => {
  t.true(server.stdout.includes(`\n  curl ${url}/users/profiles/minecraft/Dev_Alder\n`));
  t.true(server.stdout.includes(`-Dminecraft.api.discovery.host=${url}/minecraft/client `));
  t.true(server.stdout.includes("\nConfiguration: built in, memory storage: nothing is kept ("));
  t.is(server.stderr, "");
});
