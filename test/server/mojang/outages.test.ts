/** A server whose storage, or whose Mojang, fails: what those who ask it over HTTP and gRPC see. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { fileURLToPath } from "node:url";

import type { FakeFault, FakeMojang } from "../../../src/mojang/main.js";
import type { RunningServer } from "../../../src/server/main.js";
import { ShiftedClock } from "../../mojang/open-mojang.js";
import { startServer as startRedis } from "../../plugins/redis/start-server.js";
import { until } from "../../support/until.js";
import { openClient } from "../grpc/grpc-client.js";
import type { GrpcClient } from "../grpc/grpc-client.js";
import { send } from "../send.js";
import type { Sent } from "../send.js";
import { openMojangServer } from "./open-mojang-server.js";

const HOUR_MS = 3_600_000;
const BREAKABLE = fileURLToPath(new URL("../../mojang/fixtures/breakable.js", import.meta.url));

function byName(url: string, name: string): Promise<Sent> {
  return send(url, `/users/profiles/minecraft/${name}`);
}

function nameIn({ body }: Sent): unknown {
  return (JSON.parse(body.toString()) as { name?: unknown }).name;
}

/** Asks everything a network asks, of one who is known and of one who is not yet. */
async function askAll(
  t: ExecutionContext,
  { url, client, fake }: { url: string; client: GrpcClient; fake: FakeMojang },
): Promise<void> {
  const { id } = fake.addPlayer("Dev_Alder");
  for (const name of ["Dev_Alder", "Dev_Birch"]) {
    const sent = await byName(url, name);
    t.is(sent.status, 200, name);
    t.is(nameIn(sent), name);
    t.is((await client.call("rpc.ProfileService/GetId", { name })).message.name, name);
  }
  t.is(nameIn(await send(url, `/session/minecraft/profile/${id}?unsigned=false`)), "Dev_Alder");
  t.is(
    nameIn(await send(url, "/session/minecraft/hasJoined?username=Dev_Alder&serverId=server-1")),
    "Dev_Alder",
  );
}

for (const [what, name, kinds] of [
  ["crashes", "Crash_Now", ["exit", "crash"]],
  ["hangs in a loop", "Spin_Now", ["hang"]],
] as const) {
  test.serial(`while the storage plugin ${what}, look-ups and logins go on and answer`, async (t) => {
    const { server, fake, url } = await openMojangServer(t, {
      config: {
        plugins: {
          breakable: { module: BREAKABLE, limits: { call: "300ms", hang: "1s", start: "20s" } },
        },
        storage: { plugin: "breakable" },
        near: false,
      },
    });
    fake.join("Dev_Alder", "server-1");
    const client = openClient(t, server);
    await askAll(t, { url, client, fake });
    t.is((await byName(url, name)).status, 404, "there is none, and looking for it has broken storage");
    await askAll(t, { url, client, fake });
    const failure = await until("the failure", () => server.stockpile.health().plugins[0]?.lastFailure);
    t.true((kinds as readonly string[]).includes(failure.kind), failure.kind);
    await askAll(t, { url, client, fake });
    t.is((await send(url, "/readyz")).status, 200);
  });
}

test.serial(
  "while Redis is paused, look-ups and logins go on and answer, and are stored once it goes on",
  async (t) => {
    const redis = await startRedis();
    t.teardown(() => redis.stop());
    const { server, fake, url } = await openMojangServer(t, {
      config: {
        plugins: {
          redis: {
            module: import.meta.resolve("@stockpile/plugin-redis"),
            startup: "required",
            limits: { start: "20s", call: "250ms", stop: "3s" },
          },
        },
        storage: { plugin: "redis", parameters: { url: redis.url } },
        near: false,
      },
    });
    fake.join("Dev_Alder", "server-1");
    const client = openClient(t, server);
    await askAll(t, { url, client, fake });
    redis.pause();
    t.teardown(() => redis.resume());
    await askAll(t, { url, client, fake });
    const sent = await byName(url, "Dev_Cedar");
    t.is(sent.status, 200);
    t.is(sent.headers["x-stockpile-source"], "loader");
    redis.resume();
    t.true(await isStored(url, "Dev_Cedar"));
  },
);

/** Whether a name comes from storage, within what the breaker takes to try Redis again and the plugin to connect. */
async function isStored(url: string, name: string): Promise<boolean> {
  for (let turn = 0; turn < 200; turn += 1) {
    if ((await byName(url, name)).headers["x-stockpile-source"] === "backend") return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Until no host is left alone any more: a fault may have led to a pause of some seconds. */
async function waitUntilAsked({ mojang }: RunningServer): Promise<void> {
  const pausedMs = Math.max(...(mojang?.budget() ?? []).map((host) => host.pausedMs));
  await new Promise((resolve) => setTimeout(resolve, pausedMs));
}

const FAULTS: readonly (readonly [FakeFault, string])[] = [
  ["unavailable", "answers 503"],
  ["hang", "does not answer"],
  ["blocked", "answers 403 with a page of HTML"],
  ["limited", "answers 429"],
];

for (const [fault, what] of FAULTS) {
  test.serial(
    `while Mojang ${what}, expired entries are answered and marked as stale, and nothing false is stored`,
    async (t) => {
      const clock = new ShiftedClock();
      const { server, fake, url } = await openMojangServer(t, {
        clock,
        mojang: { retries: 0, attemptTimeout: "2s" },
      });
      const client = openClient(t, server);
      const { id } = fake.addPlayer("Dev_Alder");
      const profile = `/session/minecraft/profile/${id}?unsigned=false`;
      const before = { name: await byName(url, "Dev_Alder"), profile: await send(url, profile) };
      clock.shift(25 * HOUR_MS);
      fake.fail(fault);

      for (const [stale, fresh] of [
        [await byName(url, "Dev_Alder"), before.name],
        [await send(url, profile), before.profile],
      ] as const) {
        t.is(stale.status, 200);
        t.deepEqual(stale.body, fresh.body);
        t.is(stale.headers["x-stockpile-stale"], "true");
        t.true(Number(stale.headers.age) >= 25 * 3600);
        t.regex(
          String(stale.headers["cache-status"]),
          /^Stockpile; (?:fwd=stale|hit); .*ttl=-\d+; detail=\w+$/,
        );
      }
      const { message, metadata } = await client.call("rpc.ProfileService/GetId", { name: "Dev_Alder" });
      t.is(message.name, "Dev_Alder");
      t.deepEqual(metadata.get("x-stockpile-stale"), ["true"]);

      const unknown = await byName(url, "Dev_Birch");
      t.true(unknown.status === 429 || unknown.status >= 500, String(unknown.status));
      await t.throwsAsync(client.call("rpc.ProfileService/GetId", { name: "Dev_Birch" }));
      t.true(
        [429, 503, 504].includes((await send(url, `/minecraft/profile/lookup/${"0".repeat(32)}`)).status),
      );

      fake.fail(undefined);
      await waitUntilAsked(server);
      t.is(nameIn(await byName(url, "Dev_Birch")), "Dev_Birch", "nothing says that there is none");
      const again = await byName(url, "Dev_Alder");
      t.is(again.headers["x-stockpile-stale"], undefined);
      t.is(nameIn(again), "Dev_Alder");
    },
  );
}

test.serial(
  "100 concurrent look-ups of one name are one request to Mojang, and 20 of an unknown one are one too",
  async (t) => {
    const { server, fake, url } = await openMojangServer(t);
    const client = openClient(t, server);
    const overGrpc = (name: string): Promise<string> =>
      client.call("rpc.ProfileService/GetId", { name }).then(({ message }) => message.name);
    const [sent, called] = await Promise.all([
      Promise.all(Array.from({ length: 50 }, () => byName(url, "Dev_Alder"))),
      Promise.all(Array.from({ length: 50 }, () => overGrpc("dev_alder"))),
    ]);
    t.true(sent.every((each) => nameIn(each) === "Dev_Alder"));
    t.deepEqual([...new Set(called)], ["Dev_Alder"]);
    t.is(fake.seen.length, 1);

    const unknown = await Promise.all(Array.from({ length: 20 }, () => byName(url, "Nobody")));
    t.deepEqual([...new Set(unknown.map(({ status }) => status))], [404]);
    t.is(fake.seen.length, 2);
  },
);
