import test from "ava";
import { createHash } from "node:crypto";

import { toDashedId } from "../../../src/mojang/main.js";
import { ShiftedClock } from "../../mojang/open-mojang.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { send } from "../send.js";
import type { Sent } from "../send.js";

const HOUR_MS = 3_600_000;
const LEGACY = { mojang: { legacyApi: true } };

function jsonOf(
  t: { is(actual: unknown, expected: unknown): unknown },
  { headers, body, status }: Sent,
): unknown {
  t.is(status, 200);
  t.is(headers["content-type"], "text/plain; charset=utf-8");
  return JSON.parse(body.toString("utf8"));
}

test.serial("/v1 is not there unless the configuration asks for it", async (t) => {
  const { url } = await openMojangServer(t);
  t.is((await send(url, "/v1/")).status, 404);
});

test.serial("GET /v1/ says what it is, and /v1 leads there", async (t) => {
  const { url } = await openMojangServer(t, LEGACY);
  t.like(jsonOf(t, await send(url, "/v1/")), {
    api: { state: "DEPRECATED", version: 1 },
    name: "Stockpile",
    vendor: "Torchmind",
  });
  const moved = await send(url, "/v1");
  t.is(moved.status, 301);
  t.is(moved.headers.location, "/v1/");
});

test.serial(
  "names are looked up by path and by body, also those that begin with letters of the path",
  async (t) => {
    const { url, fake } = await openMojangServer(t, LEGACY);
    const { id } = fake.addPlayer("name123");
    const identifier = toDashedId(id);
    t.deepEqual(jsonOf(t, await send(url, "/v1/name/name123")), { identifier });
    t.deepEqual(jsonOf(t, await send(url, "/v1/name", { method: "POST", body: "NAME123\n" })), {
      identifier,
    });
    const unknown = await send(url, "/v1/name/Nobody");
    t.is(unknown.status, 404);
    t.is(unknown.body.toString(), "no such profile\n");
    t.is((await send(url, "/v1/name/no-name")).status, 404, "what is no name is nobody's");
    const tooLarge = await send(url, "/v1/name", { method: "POST", body: "x".repeat(2000) });
    t.is(tooLarge.status, 413);
    t.is(tooLarge.body.toString(), "Cannot take body: expected at most 1024 bytes\n", "no setting says so");
  },
);

test.serial("profiles are found by name and by id, and an unknown name is a 404", async (t) => {
  const { url, fake } = await openMojangServer(t, LEGACY);
  const { id } = fake.addPlayer("Dev_Alder", { id: `f84c${"0".repeat(28)}` });
  for (const subject of ["Dev_Alder", id, toDashedId(id)]) {
    const profile = jsonOf(t, await send(url, `/v1/profile/${subject}`)) as {
      cacheTimestamp: number;
      properties: { signature: string }[];
    };
    t.like(profile, { identifier: toDashedId(id), name: "Dev_Alder" });
    t.true(Math.abs(profile.cacheTimestamp - Date.now() / 1000) < 60);
    t.truthy(profile.properties[0]?.signature);
  }
  t.is((await send(url, "/v1/profile", { method: "POST", body: "Nobody" })).status, 404);
  t.is((await send(url, `/v1/profile/${"0".repeat(32)}`)).status, 404);
  t.is((await send(url, "/v1/profile/not-a-uuid")).status, 400);
});

test.serial("headers tell age, freshness and staleness, and nothing of who has joined", async (t) => {
  const clock = new ShiftedClock();
  const { url, fake } = await openMojangServer(t, { clock, mojang: { legacyApi: true, retries: 0 } });
  const { id } = fake.addPlayer("Dev_Alder");
  const loaded = await send(url, "/v1/name/Dev_Alder");
  t.is(loaded.headers.age, "0");
  t.is(loaded.headers["cache-control"], "max-age=86400");
  t.is(loaded.headers["x-stockpile-source"], "loader");

  clock.shift(HOUR_MS / 2);
  await send(url, `/v1/profile/${id}`);
  clock.shift(HOUR_MS / 4);
  const named = await send(url, "/v1/profile/Dev_Alder");
  t.regex(String(named.headers.age), /^9\d\d$/, "the profile's entry ends before the name's");
  t.is(named.headers["cache-control"], "max-age=3600");

  fake.fail("unavailable");
  clock.shift(24 * HOUR_MS);
  for (const path of [`/v1/profile/${id}`, "/v1/name/Dev_Alder"]) {
    const stale = await send(url, path);
    t.is(stale.status, 200, path);
    t.is(stale.headers["x-stockpile-stale"], "true", path);
    t.regex(String(stale.headers["cache-status"]), /^Stockpile; .*ttl=-\d+; detail=\w+$/, path);
  }
  fake.fail(undefined);
  const blocked = await send(url, "/v1/blacklist", { method: "POST", body: "good.example" });
  t.is(blocked.headers.age, "0");
  fake.join("Dev_Alder", "abc");
  const joined = await send(url, "/v1/login?username=Dev_Alder&serverId=abc");
  t.is(joined.status, 200);
  t.is(joined.headers["cache-control"], "no-store");
  t.is(joined.headers.age, undefined);
});

test.serial("nobody deletes anything without the token", async (t) => {
  const { url, fake } = await openMojangServer(t, LEGACY);
  await send(url, "/v1/name/Dev_Alder");
  for (const path of ["/v1/name/Dev_Alder", "/v1/profile/Dev_Alder", "/v1/name", "/v1/profile"]) {
    const refused = await send(url, path, { method: "DELETE" });
    t.is(refused.status, 403, path);
    t.is(refused.headers["content-type"], "text/plain; charset=utf-8");
  }
  await send(url, "/v1/name/Dev_Alder");
  t.is(fake.seen.length, 1);
});

test.serial("what is deleted is asked for again", async (t) => {
  const { url, fake } = await openMojangServer(t, { ...LEGACY, config: { server: { openWrites: true } } });
  const { id } = fake.addPlayer("Dev_Alder");
  await send(url, "/v1/name/Dev_Alder");
  t.is((await send(url, "/v1/name/dev_alder", { method: "DELETE" })).status, 204);
  await send(url, "/v1/name/Dev_Alder");
  t.is(fake.seen.length, 2);
  await send(url, `/v1/profile/${id}`);
  t.is(
    (await send(url, "/v1/profile", { method: "DELETE", body: id, headers: { "content-length": "32" } }))
      .status,
    204,
  );
  await send(url, `/v1/profile/${id}`);
  t.is(fake.seen.length, 4);
});

test.serial("the profile of a name is deleted also where the name was before it", async (t) => {
  const { url, fake } = await openMojangServer(t, { ...LEGACY, config: { server: { openWrites: true } } });
  await send(url, "/v1/profile/Dev_Alder");
  await send(url, "/v1/name/Dev_Alder", { method: "DELETE" });
  await send(url, "/v1/profile/Dev_Alder", { method: "DELETE" });
  const asked = fake.seen.length;
  await send(url, "/v1/profile/Dev_Alder");
  t.is(fake.seen.length, asked + 2, "for the name and for the profile");
});

test.serial(
  "to forget something Mojang is not asked, and what is not there is forgotten already",
  async (t) => {
    const { url, fake } = await openMojangServer(t, { ...LEGACY, config: { server: { openWrites: true } } });
    await send(url, "/v1/profile/Dev_Alder");
    fake.fail("unavailable");
    const asked = fake.seen.length;
    const long = "x".repeat(1_100);
    for (const subject of ["Dev_Alder", "Nobody", "not-a-name", long])
      for (const kind of ["name", "profile"]) {
        const sent = await send(url, `/v1/${kind}/${subject}`, { method: "DELETE" });
        t.is(sent.status, 204, `${kind} ${subject.slice(0, 20)}`);
      }
    t.is((await send(url, "/v1/name", { method: "DELETE" })).status, 204);
    t.is(fake.seen.length, asked);
  },
);

test.serial("POST /v1/blacklist says whether a host is blocked", async (t) => {
  const { url, fake } = await openMojangServer(t, LEGACY);
  fake.blockServers([createHash("sha1").update("*.blocked.example").digest("hex")]);
  for (const [hostname, blacklisted] of [
    ["BAD.blocked.example", true],
    ["good.example", false],
  ] as const) {
    const sent = await send(url, "/v1/blacklist", { method: "POST", body: hostname });
    t.deepEqual(jsonOf(t, sent), { blacklisted, hostname });
  }
});

test.serial("GET /v1/login answers who has joined, in either form", async (t) => {
  const { url, fake } = await openMojangServer(t, LEGACY);
  fake.join("Dev_Alder", "abc");
  const { id } = fake.addPlayer("Dev_Alder");
  const path = "/v1/login?username=Dev_Alder&serverId=abc";
  t.like(jsonOf(t, await send(url, path)), { identifier: toDashedId(id), name: "Dev_Alder" });
  t.like(jsonOf(t, await send(url, path, { headers: { "x-forward": "1" } })), { id, name: "Dev_Alder" });
  t.is((await send(url, "/v1/login?username=Dev_Alder&serverId=other")).status, 503);
  t.is((await send(url, "/v1/login?username=Dev_Alder")).status, 400);
});

test.serial(
  "what is not there is a 404 by any method, shutdown included; Mojang's faults are a 503",
  async (t) => {
    const { url, fake } = await openMojangServer(t, LEGACY);
    for (const [method, path] of [
      ["POST", "/v1/shutdown"],
      ["POST", "/v1/name/x"],
      ["GET", "/v1/blacklist"],
      ["GET", "/v1/nothing"],
    ] as const) {
      const sent = await send(url, path, { method });
      t.is(sent.status, 404, path);
      t.is(sent.body.toString(), "404 page not found\n");
      t.is(sent.headers["content-type"], "text/plain; charset=utf-8");
    }
    t.is((await send(url, "/livez")).status, 200);
    fake.fail("limited");
    const limited = await send(url, "/v1/name/Dev_Alder");
    t.is(limited.status, 503);
    t.true(Number(limited.headers["retry-after"]) > 1, "as long as Mojang is left alone");
  },
);
