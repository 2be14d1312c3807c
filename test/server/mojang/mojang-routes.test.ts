import test from "ava";
import { createHash, createPublicKey, createVerify } from "node:crypto";

import type { FakeFault } from "../../../src/mojang/main.js";
import { ShiftedClock } from "../../mojang/open-mojang.js";
import { openServer } from "../open-server.js";
import { errorOf, send } from "../send.js";
import type { Sent } from "../send.js";
import { openMojangServer } from "./open-mojang-server.js";

const HOUR_MS = 3_600_000;
const NOBODY = "0".repeat(32);

function jsonOf({ body }: Sent): unknown {
  return JSON.parse(body.toString("utf8"));
}

function post(
  url: string,
  path: string,
  body: unknown,
  contentType: string = "application/json",
): Promise<Sent> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return send(url, path, { method: "POST", body: text, headers: { "content-type": contentType } });
}

test.serial("without a mojang section there are no routes of Mojang's", async (t) => {
  const { address, mojang } = await openServer(t);
  t.is(mojang, undefined);
  const sent = await send(address.url, "/users/profiles/minecraft/Dev_Alder");
  t.is(sent.status, 404);
  t.is(errorOf(sent).code, "STOCKPILE_ROUTE_UNKNOWN");
});

for (const path of ["/users/profiles/minecraft/", "/minecraft/profile/lookup/name/"]) {
  test.serial(`GET ${path}<name> answers id and name, 404 for an unknown one and 400 for none`, async (t) => {
    const { url, fake } = await openMojangServer(t);
    const { id } = fake.addPlayer("Dev_Alder");
    const found = await send(url, `${path}dev_alder`);
    t.is(found.status, 200);
    t.is(found.headers["content-type"], "application/json");
    t.deepEqual(jsonOf(found), { id, name: "Dev_Alder" });

    const unknown = await send(url, `${path}Nobody`);
    t.is(unknown.status, 404);
    t.deepEqual(jsonOf(unknown), {
      path: `${path}Nobody`,
      errorMessage: "Couldn't find any profile with name Nobody",
    });

    const wrong = await send(url, `${path}a%20name`);
    t.is(wrong.status, 400);
    t.deepEqual(jsonOf(wrong), {
      path: `${path}a%20name`,
      error: "CONSTRAINT_VIOLATION",
      errorMessage: "getProfileName.name: Invalid profile name",
    });
    const long = await send(url, path + "x".repeat(26));
    t.like(jsonOf(long), {
      errorMessage:
        "getProfileName.name: Invalid profile name, getProfileName.name: size must be between 1 and 25",
    });
    t.is((await send(url, path)).status, 400);
    t.is(fake.seen.length, 2, "what is no name is not sent");
  });
}

test.serial("GET /minecraft/profile/lookup/<id> takes both forms of an id", async (t) => {
  const { url, fake } = await openMojangServer(t);
  const { id } = fake.addPlayer("Dev_Alder");
  const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  for (const text of [id, dashed, id.toUpperCase()]) {
    t.deepEqual(jsonOf(await send(url, `/minecraft/profile/lookup/${text}`)), { id, name: "Dev_Alder" });
  }
  const unknown = await send(url, `/minecraft/profile/lookup/${NOBODY}`);
  t.is(unknown.status, 404);
  t.deepEqual(jsonOf(unknown), {
    path: `/minecraft/profile/lookup/${NOBODY}`,
    error: "NOT FOUND",
    errorMessage: "Not Found",
  });
  const wrong = await send(url, "/minecraft/profile/lookup/x");
  t.is(wrong.status, 400);
  t.deepEqual(jsonOf(wrong), { path: "/minecraft/profile/lookup/x", errorMessage: "Not a valid UUID: x" });
});

for (const path of ["/profiles/minecraft", "/minecraft/profile/lookup/bulk/byname"]) {
  test.serial(`POST ${path} takes more names than Mojang does, and is refused as by Mojang`, async (t) => {
    const players = Array.from({ length: 23 }, (_none, index) => `Player_${index}`);
    const { url, fake } = await openMojangServer(t, { fake: { players }, mojang: { maxBulkBytes: 4_000 } });
    const found = await post(url, path, [...players, "a wrong one", "Nobody"]);
    t.is(found.status, 200);
    t.deepEqual(
      (jsonOf(found) as { name: string }[]).map(({ name }) => name),
      players,
    );
    t.true(fake.seen.length <= 3, `${fake.seen.length} requests`);
    t.deepEqual(jsonOf(await post(url, path, ["Nobody"])), []);

    const empty = await post(url, path, []);
    t.is(empty.status, 400);
    t.like(jsonOf(empty), {
      error: "CONSTRAINT_VIOLATION",
      errorMessage: "getProfileName.profileNames: must not be empty",
    });
    const many = Array.from({ length: 1_000 }, () => "");
    t.like(jsonOf(await post(url, path, [...many, "PLAYER_7", "player_7"])), [{ name: "Player_7" }]);
    for (const body of ["{", "{}", "[1]", "null"]) t.is((await post(url, path, body)).status, 400, body);
    t.is((await post(url, path, ["x"], "text/plain")).status, 415);
    const large = await post(url, path, "x".repeat(4_001));
    t.is(large.status, 413);
    t.like(jsonOf(large), {
      errorMessage: 'Cannot take body: expected at most 4000 bytes ("mojang.maxBulkBytes")',
    });
  });
}

test.serial("GET /session/minecraft/profile/<id> answers what Mojang's key has signed, or 204", async (t) => {
  const { url, fake } = await openMojangServer(t);
  const { id } = fake.addPlayer("Dev_Alder");
  const signed = await send(url, `/session/minecraft/profile/${id}?unsigned=false`);
  const { properties } = jsonOf(signed) as { properties: { value: string; signature: string }[] };
  const { value = "", signature = "" } = properties[0] ?? {};
  const { profilePropertyKeys } = jsonOf(await send(url, "/publickeys")) as {
    profilePropertyKeys: { publicKey: string }[];
  };
  const der = Buffer.from(profilePropertyKeys[0]?.publicKey ?? "", "base64");
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  t.true(createVerify("RSA-SHA1").update(value).verify(key, signature, "base64"));

  const again = await send(url, `/session/minecraft/profile/${id}?unsigned=false`);
  t.deepEqual(again.body, signed.body);
  for (const query of ["", "?unsigned=true"]) {
    const unsigned = jsonOf(await send(url, `/session/minecraft/profile/${id}${query}`)) as {
      properties: { signature?: string }[];
    };
    t.is(unsigned.properties[0]?.signature, undefined);
  }
  const absent = await send(url, `/session/minecraft/profile/${NOBODY}`);
  t.is(absent.status, 204);
  t.is(absent.body.byteLength, 0);
  const wrong = await send(url, "/session/minecraft/profile/x");
  t.is(wrong.status, 400);
  t.deepEqual(jsonOf(wrong), { path: "/session/minecraft/profile/x", errorMessage: "Not a valid UUID: x" });
});

test.serial("GET /session/minecraft/hasJoined hands on what Mojang says now, to the byte", async (t) => {
  const { url, fake } = await openMojangServer(t);
  fake.join("Dev_Alder", "-f00d", "192.0.2.7");
  const path = "/session/minecraft/hasJoined?username=Dev_Alder&serverId=-f00d";
  const joined = await send(url, path);
  t.is(joined.status, 200);
  t.is(joined.headers["content-type"], "application/json");
  t.regex(joined.body.toString(), /^\{\n {2}"id": /, "as it was written");
  t.is((await send(url, `${path}&ip=192.0.2.8`)).status, 204);
  t.is((await send(url, `${path}&ip=192.0.2.7`)).status, 200);
  t.deepEqual(
    fake.seen.map(({ target }) => target),
    [path, `${path}&ip=192.0.2.8`, `${path}&ip=192.0.2.7`],
  );
  fake.fail("unavailable");
  const failed = await send(url, path);
  t.is(failed.status, 503, "and neither a 200 from the cache nor a 204");
  t.is((await send(url, "/session/minecraft/hasJoined?username=x")).status, 400);
});

test.serial("GET /blockedservers answers the list as Mojang writes it", async (t) => {
  const { url, fake, server } = await openMojangServer(t);
  const hashes = ["*.blocked.example", "192.0.2.*"].map((text) =>
    createHash("sha1").update(text).digest("hex"),
  );
  fake.blockServers(hashes);
  const sent = await send(url, "/blockedservers");
  t.is(sent.headers["content-type"], "text/plain; charset=utf-8");
  t.is(sent.body.toString(), hashes.join("\n"));
  const { value } =
    (await server.mojang?.checkBlockedServers(["mc.blocked.example", "192.0.2.9", "good.example"])) ?? {};
  t.deepEqual(value, ["mc.blocked.example", "192.0.2.9"]);
});

test.serial("GET /minecraft/client leads a game here, and to Mojang for the rest", async (t) => {
  const { url } = await openMojangServer(t);
  const { discovery } = jsonOf(await send(url, "/minecraft/client")) as {
    discovery: Record<string, { endpoints: Record<string, { uri: string }> }>;
  };
  t.is(discovery["session"]?.endpoints["verify"]?.uri, `${url}/session/minecraft/hasJoined`);
  t.is(discovery["authentication"]?.endpoints["getPublicKeys"]?.uri, `${url}/publickeys`);
  t.regex(discovery["session"]?.endpoints["join"]?.uri ?? "", /\/session\/minecraft\/join$/);
  t.false(discovery["session"]?.endpoints["join"]?.uri.startsWith(url));

  const { url: behind } = await openMojangServer(t, {
    mojang: { publicUrl: "https://mc.example.org/cache/" },
  });
  const text = (await send(behind, "/minecraft/client")).body.toString();
  t.true(text.includes(`"https://mc.example.org/cache/profiles/minecraft"`), text);
});

test.serial("GET /user/profiles/<id>/names answers the names that were seen here", async (t) => {
  const clock = new ShiftedClock();
  const { url, fake, server } = await openMojangServer(t, { clock });
  const { id } = fake.addPlayer("Dev_Alder");
  t.is((await send(url, `/user/profiles/${id}/names`)).status, 404);
  await send(url, `/session/minecraft/profile/${id}`);
  await server.mojang?.settled();
  t.deepEqual(jsonOf(await send(url, `/user/profiles/${id}/names`)), [{ name: "Dev_Alder" }]);
  clock.shift(2 * HOUR_MS);
  const { headers } = await send(url, `/user/profiles/${id}/names`);
  t.regex(String(headers.age), /^72\d\d$/, "since the name was seen");
  t.is(headers["cache-status"], "Stockpile; hit");
  t.is(headers["cache-control"], "no-store");
  fake.addPlayer("Dev_Oak", { id });
  await send(url, `/session/minecraft/profile/${id}`);
  await server.mojang?.settled();
  const names = jsonOf(await send(url, `/user/profiles/${id}/names`)) as {
    name: string;
    changedToAt?: number;
  }[];
  t.deepEqual(
    names.map(({ name }) => name),
    ["Dev_Alder", "Dev_Oak"],
  );
  t.true(Math.abs((names[1]?.changedToAt ?? 0) - clock.now()) < 60_000);
});

test.serial("headers tell age, freshness and staleness", async (t) => {
  const clock = new ShiftedClock();
  const { url, fake } = await openMojangServer(t, { clock, mojang: { retries: 0 } });
  const path = "/users/profiles/minecraft/Dev_Alder";
  const loaded = await send(url, path);
  t.is(loaded.headers.age, "0");
  t.is(loaded.headers["cache-control"], "max-age=86400");
  t.regex(String(loaded.headers["cache-status"]), /^Stockpile; fwd=miss; stored; ttl=863\d\d$|ttl=86400$/);
  t.is(loaded.headers["x-stockpile-source"], "loader");

  clock.shift(HOUR_MS);
  const hit = await send(url, path);
  t.regex(String(hit.headers.age), /^36\d\d$/);
  t.regex(String(hit.headers["cache-status"]), /^Stockpile; hit; ttl=82[78]\d\d$/);
  t.is(hit.headers["x-stockpile-stale"], undefined);

  clock.shift(24 * HOUR_MS);
  fake.fail("unavailable");
  const stale = await send(url, path);
  t.is(stale.status, 200);
  t.is(stale.headers["x-stockpile-stale"], "true");
  t.regex(
    String(stale.headers["cache-status"]),
    // Where it takes longer than a second to fail, that is not waited for.
    /^Stockpile; fwd=stale; (?:fwd-status=503; ttl=-36\d\d; detail=unavailable|ttl=-36\d\d; detail=timeout)$/,
  );
  t.true(Number(stale.headers.age) > 86_400);

  fake.fail(undefined);
  const absent = await send(url, "/users/profiles/minecraft/Nobody");
  t.is(absent.headers["cache-control"], "no-store");
  const renewed = await send(url, path);
  t.is(renewed.headers.age, "0");
  t.regex(String(renewed.headers["cache-status"]), /^Stockpile; fwd=stale; stored; ttl=86\d\d\d$/);
});

/** What a game server is told of each fault where nothing older is there: never 204 or 404. */
const FAULTS: readonly (readonly [FakeFault, number])[] = [
  ["unavailable", 503],
  ["hang", 504],
  ["blocked", 503],
  ["limited", 429],
  ["reset", 503],
  ["garbage", 502],
  ["misread", 502],
  ["mistaken", 502],
];

for (const [fault, status] of FAULTS) {
  test.serial(
    `Mojang's fault "${fault}" is a ${status}, of a form that clients of Mojang know`,
    async (t) => {
      const { url, fake } = await openMojangServer(t, { mojang: { retries: 0, attemptTimeout: "500ms" } });
      fake.fail(fault);
      const path = "/users/profiles/minecraft/Dev_Alder";
      for (const each of [path, `/session/minecraft/profile/${NOBODY}`]) {
        const sent = await send(url, each);
        t.is(sent.status, status, each);
        t.is(sent.headers["cache-control"], "no-store");
        if (status === 429) t.deepEqual(jsonOf(sent), { path: each });
        else t.is((jsonOf(sent) as { path: string }).path, each);
        t.truthy(sent.headers["x-stockpile-upstream"]);
      }
      t.is((await post(url, "/profiles/minecraft", ["Dev_Alder"])).status, status);
    },
  );
}

test.serial("a spent budget is a 429 that says when to come again", async (t) => {
  const { url, fake } = await openMojangServer(t, {
    mojang: { budgets: { services: { requests: 2, per: "1h" } } },
  });
  t.is((await send(url, "/users/profiles/minecraft/Dev_Alder")).status, 200);
  const refused = await send(url, "/users/profiles/minecraft/Dev_Birch");
  t.is(refused.status, 429);
  t.deepEqual(jsonOf(refused), { path: "/users/profiles/minecraft/Dev_Birch" });
  t.is(refused.headers["x-stockpile-upstream"], "budget");
  t.true(Number(refused.headers["retry-after"]) > 3000);
  t.is(fake.seen.length, 1);
});

test.serial("/cache does not hand out, or change, what the domain keeps", async (t) => {
  const { url } = await openMojangServer(t, { config: { server: { openWrites: true } } });
  await send(url, "/users/profiles/minecraft/Dev_Alder");
  const read = await send(url, "/cache/mojang.name/dev_alder");
  t.is(read.status, 409);
  t.is((await send(url, "/cache/mojang.name/dev_alder", { method: "DELETE" })).status, 409);
});

test.serial("a method that an endpoint does not have is a 405", async (t) => {
  const { url } = await openMojangServer(t);
  for (const [method, path, allow] of [
    ["POST", "/users/profiles/minecraft/Dev_Alder", "GET, HEAD"],
    ["DELETE", "/blockedservers", "GET, HEAD"],
    ["GET", "/profiles/minecraft", "POST"],
  ] as const) {
    const sent = await send(url, path, { method });
    t.is(sent.status, 405, path);
    t.is(sent.headers.allow, allow);
  }
});
