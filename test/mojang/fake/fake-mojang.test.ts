/** The fake does what is known of Mojang; what asks it would otherwise be tested against our own wishes. */
import test from "ava";

import { send } from "../../server/send.js";
import type { Sent } from "../../server/send.js";
import { openFake } from "../open-mojang.js";

function jsonOf({ body }: Sent): unknown {
  return JSON.parse(body.toString("utf8"));
}

function post(url: string, body: unknown, contentType: string = "application/json"): Promise<Sent> {
  const headers = { "content-type": contentType };
  return send(url, "/profiles/minecraft", { method: "POST", body: JSON.stringify(body), headers });
}

test.serial("it takes ten names at once, and one wrong name spoils the page", async (t) => {
  const { url } = await openFake(t);
  const eleven = Array.from({ length: 11 }, (_none, index) => `name_${index}`);
  const many = await post(url, eleven);
  t.is(many.status, 400);
  t.deepEqual(jsonOf(many), {
    path: "/profiles/minecraft",
    error: "CONSTRAINT_VIOLATION",
    errorMessage: "getProfileName.profileNames: size must be between 0 and 10",
  });
  t.is((await post(url, eleven.slice(1))).status, 200);
  t.is((await post(url, ["Dev_Alder", "a name"])).status, 400);
  t.is((await post(url, [])).status, 400);
  t.is((await post(url, ["Dev_Alder"], "text/plain")).status, 415);
});

test.serial(
  "it says 404 of an unknown name, 204 of an unknown profile, and 404 of former names",
  async (t) => {
    const { url } = await openFake(t);
    const name = await send(url, "/users/profiles/minecraft/Nobody");
    t.is(name.status, 404);
    t.deepEqual(jsonOf(name), {
      path: "/users/profiles/minecraft/Nobody",
      errorMessage: "Couldn't find any profile with name Nobody",
    });
    t.is((await send(url, `/session/minecraft/profile/${"0".repeat(32)}`)).status, 204);
    t.is((await send(url, `/user/profiles/${"0".repeat(32)}/names`)).status, 404);
  },
);

test.serial("it limits, and says nothing but the path then", async (t) => {
  const { url } = await openFake(t, { servicesLimit: { requests: 2, per: 600_000 } });
  const path = "/users/profiles/minecraft/Dev_Alder";
  for (let request = 0; request < 2; request += 1) t.is((await send(url, path)).status, 200);
  const limited = await send(url, path);
  t.is(limited.status, 429);
  t.deepEqual(jsonOf(limited), { path });
  t.is(limited.headers["x-minecraft-rate-limit-result"], "OVER_LIMIT");
  t.is(limited.headers["retry-after"], undefined);
  t.is((await send(url, "/blockedservers")).status, 200, "the other host has a limit of its own");
});

test.serial("a client joins, and a server hears of it", async (t) => {
  const fake = await openFake(t);
  const { id } = fake.addPlayer("Dev_Alder");
  const body = JSON.stringify({ accessToken: "x", selectedProfile: id, serverId: "-f00d" });
  t.is((await send(fake.url, "/session/minecraft/join", { method: "POST", body })).status, 204);
  const path = "/session/minecraft/hasJoined?username=Dev_Alder&serverId=";
  t.is((await send(fake.url, `${path}-f00d`)).status, 200);
  t.is((await send(fake.url, `${path}beef`)).status, 204);
});

test.serial("an unsigned profile lacks the signature, and the mark that it has one", async (t) => {
  const fake = await openFake(t);
  const { id } = fake.addPlayer("Dev_Alder", { skin: "slim" });
  const textsOf = async (query: string): Promise<string> => {
    const { properties } = jsonOf(await send(fake.url, `/session/minecraft/profile/${id}${query}`)) as {
      properties: { value: string }[];
    };
    return Buffer.from(properties[0]?.value ?? "", "base64").toString();
  };
  t.false((await textsOf("")).includes("signatureRequired"));
  t.true((await textsOf("?unsigned=false")).includes('"signatureRequired": true'));
  t.true((await textsOf("")).includes('"model": "slim"'));
});

test.serial("what is no JSON does not end it", async (t) => {
  const { url } = await openFake(t);
  const headers = { "content-type": "application/json" };
  t.is((await send(url, "/profiles/minecraft", { method: "POST", body: "{", headers })).status, 400);
  t.is((await send(url, "/users/profiles/minecraft/%zz")).status, 400);
  t.is((await send(url, "/nothing")).status, 404);
});
