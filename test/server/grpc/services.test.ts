import { status as Status } from "@grpc/grpc-js";
import test from "ava";
import { createHash } from "node:crypto";

import { toDashedId } from "../../../src/mojang/main.js";
import { until } from "../../support/until.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openServer } from "../open-server.js";
import { openClient } from "./grpc-client.js";
import { text } from "./wire-bytes.js";

/** What a rejection is expected to be. */
const details = (code: Status, message: RegExp): object => ({ code, message });

test.serial(
  "GetId answers who has a name, in upper or lower case, and says where that came from",
  async (t) => {
    const { server, fake } = await openMojangServer(t, { fake: { players: ["Alder"] } });
    const client = openClient(t, server);
    const first = await client.call("rpc.ProfileService/GetId", { name: "ALDER" });
    t.is(first.message.name, "Alder");
    t.regex(first.message.id, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    t.is(first.message.validUntil - first.message.lastSeenAt, 37 * 86_400);
    t.deepEqual(first.metadata.get("x-stockpile-source"), ["loader"]);
    const second = await client.call("rpc.ProfileService/GetId", { name: "alder" });
    t.deepEqual(second.message, first.message);
    t.regex(String(second.metadata.get("x-stockpile-source")), /^(?:near|backend|pending)$/);
    t.regex(String(second.metadata.get("age")), /^\d+$/);
    t.is(fake.seen.length, 1);
  },
);

test.serial("what nobody is called, and what is no name, is OK with an empty message", async (t) => {
  const { server } = await openMojangServer(t);
  const client = openClient(t, server);
  for (const name of ["Nobody", "", "not a name", "x".repeat(1_000)]) {
    const { message } = await client.call("rpc.ProfileService/GetId", { name });
    t.deepEqual(message, { id: "", name: "", validUntil: 0, firstSeenAt: 0, lastSeenAt: 0 }, name);
  }
});

test.serial(
  "GetId at the time of the client's clock is answered as of now, and at an earlier one from what was seen",
  async (t) => {
    const { server } = await openMojangServer(t, { fake: { players: ["Alder"] } });
    const client = openClient(t, server);
    const at = async (timestamp: number): Promise<string> =>
      (await client.call("rpc.ProfileService/GetId", { name: "Alder", timestamp })).message.name;
    const now = Math.floor(Date.now() / 1000);
    t.is(await at(now - 60), "Alder");
    t.is(await at(now + 60), "Alder");
    t.is(await at(now - 86_400), "", "yesterday, nobody had seen the name");
  },
);

test.serial("a time that is none is INVALID_ARGUMENT", async (t) => {
  const { server } = await openMojangServer(t);
  const client = openClient(t, server);
  for (const timestamp of [-1, 253_402_300_800, Number.MAX_SAFE_INTEGER]) {
    await t.throwsAsync(
      client.call("rpc.ProfileService/GetId", { name: "Alder", timestamp }),
      details(Status.INVALID_ARGUMENT, /expected 0 to 253402300799 seconds/),
    );
  }
});

test.serial("BulkGetId leaves out names that nobody has, and takes any number of them", async (t) => {
  const players = ["Birch", ...Array.from({ length: 250 }, (_, index) => `Player_${index}`), "Alder"];
  const { server, fake } = await openMojangServer(t, { fake: { players } });
  const client = openClient(t, server);
  const nobody = Array.from({ length: 48 }, (_, index) => `nobody_${index}`);
  // Neither what is no name nor what was there already is asked for.
  const many = Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? "no name" : "Nobody_7"));
  const { message } = await client.call("rpc.ProfileService/BulkGetId", {
    names: [...nobody, ...many, ...players.map((name) => name.toUpperCase())],
  });
  t.deepEqual(
    message.ids.map(({ name }: { name: string }) => name),
    players,
  );
  t.true(fake.seen.length <= 60, `${fake.seen.length} requests for three hundred names`);
  t.deepEqual((await client.call("rpc.ProfileService/BulkGetId", { names: [] })).message, { ids: [] });
});

test.serial("lists of names are bounded over all calls, for as long as they are held", async (t) => {
  const { server, fake } = await openMojangServer(t, {
    fake: { players: ["Alder"] },
    mojang: { attemptTimeout: "6s", deadline: "60s" },
  });
  const client = openClient(t, server);
  // What is no name is held as well, and two of these lists are more than there may be.
  const names = ["Alder", ...Array.from({ length: 110_000 }, () => "")];
  const list = async (): Promise<string[]> => {
    const { message } = await client.call("rpc.ProfileService/BulkGetId", { names });
    return message.ids.map(({ name }: { name: string }) => name);
  };
  fake.fail("hang", 1);
  const held = list();
  await until("the first list is asked for", () => fake.seen.length > 0);
  await t.throwsAsync(list(), details(Status.RESOURCE_EXHAUSTED, /expected at most 2048 at once/));
  t.is((await client.call("rpc.SystemService/GetStatus")).message.Brand, "stockpile", "others have room");
  t.deepEqual(await held, ["Alder"]);
  let again: string[] | undefined;
  // Until the server has noticed that the first was taken.
  while (again === undefined) again = await list().catch(() => undefined);
  t.deepEqual(again, ["Alder"]);
});

test.serial("GetProfile takes an id with dashes or without, and answers textures apart", async (t) => {
  const { server, fake } = await openMojangServer(t);
  const { id } = fake.addPlayer("Alder");
  const client = openClient(t, server);
  const { message } = await client.call("rpc.ProfileService/GetProfile", { id });
  t.is(message.id, toDashedId(id));
  t.regex(message.textures.skinUrl, /^http:\/\/textures\.minecraft\.net\/texture\/[0-9a-f]{64}$/);
  t.is(message.textures.capeUrl, "");
  t.true(message.properties[0].signature.length > 0);
  t.deepEqual(
    (await client.call("rpc.ProfileService/GetProfile", { id: toDashedId(id).toUpperCase() })).message,
    message,
  );
  const nobody = await client.call("rpc.ProfileService/GetProfile", { id: "0".repeat(32) });
  t.is(nobody.message.id, "");
  t.is(nobody.message.textures, null);
});

test.serial("an id that is none is INVALID_ARGUMENT, whatever is in it", async (t) => {
  const { server } = await openMojangServer(t);
  const client = openClient(t, server);
  for (const id of ["", "x", "0".repeat(31), "%s", "💥".repeat(200)]) {
    for (const method of ["GetProfile", "GetNameHistory"]) {
      await t.throwsAsync(
        client.call(`rpc.ProfileService/${method}`, { id }),
        details(Status.INVALID_ARGUMENT, /Cannot use id: expected a UUID/),
      );
    }
  }
});

test.serial("text that is no UTF-8 is refused like any other, and the server goes on", async (t) => {
  const { server } = await openMojangServer(t);
  const client = openClient(t, server);
  // A surrogate without the other half, and bytes that are nothing at all.
  for (const bytes of [[0xed, 0xa0, 0x80], [0xff, 0xfe], [0xc3]]) {
    await t.throwsAsync(client.callRaw("rpc.ProfileService/GetProfile", text(1, Uint8Array.from(bytes))), {
      code: Status.INVALID_ARGUMENT,
    });
  }
  await t.notThrowsAsync(client.call("rpc.SystemService/GetStatus"));
});

test.serial("GetNameHistory answers the names that were seen, the first of them since ever", async (t) => {
  const { server, fake } = await openMojangServer(t);
  const { id } = fake.addPlayer("Alder");
  const client = openClient(t, server);
  t.deepEqual((await client.call("rpc.ProfileService/GetNameHistory", { id })).message, {
    history: [],
    validUntil: 0,
  });
  await client.call("rpc.ProfileService/GetId", { name: "Alder" });
  await server.mojang?.settled();
  const { message } = await client.call("rpc.ProfileService/GetNameHistory", { id });
  t.is(message.history.length, 1);
  t.is(message.history[0].name, "Alder");
  t.is(message.history[0].changedToAt, 0);
  t.true(message.history[0].validUntil > Date.now() / 1000);
});

test.serial(
  "CheckBlacklist answers those of the addresses that are blocked, as they were asked",
  async (t) => {
    const { server, fake } = await openMojangServer(t);
    const hashOf = (pattern: string): string => createHash("sha1").update(pattern).digest("hex");
    fake.blockServers([hashOf("*.blocked.example"), hashOf("192.0.2.*")]);
    const addresses = ["BLOCKED.example", "mc.blocked.example", "192.0.2.7", "fine.example", "", "💥"];
    const { message } = await openClient(t, server).call("rpc.ServerService/CheckBlacklist", { addresses });
    t.deepEqual(message.matchedAddresses, ["BLOCKED.example", "mc.blocked.example", "192.0.2.7"]);
    await t.throwsAsync(
      openClient(t, server).call("rpc.ServerService/CheckBlacklist", { addresses: Array(101).fill("a") }),
      details(Status.INVALID_ARGUMENT, /cannot process more than 100 addresses at once/),
    );
  },
);

test.serial(
  "Login answers the profile of one who has joined, asks Mojang each time, and is UNAUTHENTICATED otherwise",
  async (t) => {
    const { server, fake } = await openMojangServer(t);
    fake.join("Alder", "server", "192.0.2.7");
    const client = openClient(t, server);
    const login = (request: object): Promise<{ message: { name: string } }> =>
      client.call("rpc.ServerService/Login", { displayName: "Alder", serverId: "server", ...request });
    t.is((await login({})).message.name, "Alder");
    t.is((await login({ ip: "192.0.2.7" })).message.name, "Alder");
    t.is(fake.seen.length, 2);
    await t.throwsAsync(login({ ip: "192.0.2.8" }), { code: Status.UNAUTHENTICATED });
    await t.throwsAsync(login({ serverId: "other" }), { code: Status.UNAUTHENTICATED });
    for (const wrong of [
      { displayName: "" },
      { serverId: "" },
      { ip: "here" },
      { serverId: "x".repeat(256) },
    ]) {
      await t.throwsAsync(login(wrong), { code: Status.INVALID_ARGUMENT });
    }
    t.is(fake.seen.length, 4);
  },
);

test.serial(
  "a Mojang that does not answer has a status of its own, and is never taken for nobody",
  async (t) => {
    const { server, fake } = await openMojangServer(t, {
      mojang: { retries: 0, attemptTimeout: "300ms", deadline: "500ms" },
    });
    const client = openClient(t, server);
    fake.fail("blocked", 1);
    await t.throwsAsync(client.call("rpc.ProfileService/GetId", { name: "Alder" }), {
      code: Status.UNAVAILABLE,
    });
    fake.fail("limited", 1);
    await t.throwsAsync(client.call("rpc.ServerService/GetBlacklist"), { code: Status.RESOURCE_EXHAUSTED });
  },
);

test.serial(
  "an error nobody expected is INTERNAL, tells the client nothing of it, and is logged",
  async (t) => {
    const { server } = await openMojangServer(t);
    const { mojang, stockpile } = server;
    if (mojang === undefined) return t.fail("There is no domain");
    stockpile.health = () => {
      throw new Error("secret detail");
    };
    const error = await t.throwsAsync<Error & { code: number }>(
      openClient(t, server).call("rpc.SystemService/GetPlugins"),
    );
    t.is(error?.code, Status.INTERNAL);
    t.notRegex(error?.message ?? "", /secret/);
  },
);

test.serial(
  'without a section "mojang", the system is served, and the rest says what is missing',
  async (t) => {
    const server = await openServer(t);
    const client = openClient(t, server);
    t.is((await client.call("rpc.SystemService/GetStatus")).message.Brand, "stockpile");
    const { message } = await client.call("rpc.SystemService/GetPlugins");
    t.true(message.Plugins.length > 0);
    for (const method of [
      "rpc.ProfileService/GetId",
      "rpc.ServerService/Login",
      "rpc.ServerService/GetBlacklist",
    ]) {
      await t.throwsAsync(client.call(method), details(Status.UNIMPLEMENTED, /expected a section "mojang"/));
    }
    const error = await new Promise((resolve) =>
      client.stream("rpc.EventService/StreamEvents").on("error", resolve).resume(),
    );
    t.like(error, { code: Status.UNIMPLEMENTED });
  },
);
