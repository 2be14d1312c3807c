import test from "ava";

import { LoadError } from "../../src/host/main.js";
import { NAME_HELD_MS, UpstreamError } from "../../src/mojang/main.js";
import type { FakeFault, UpstreamFailure } from "../../src/mojang/main.js";
import { openMojang, ShiftedClock, upstreamErrorOf } from "./open-mojang.js";

const HOUR_MS = 3_600_000;

test.serial("profileIdByName() asks Mojang once, and answers from the cache then", async (t) => {
  const { mojang, fake } = await openMojang(t);
  const player = fake.addPlayer("Dev_Alder");
  const first = await mojang.profileIdByName("dev_alder");
  t.is(first.value?.id, player.id);
  t.is(first.value?.name, "Dev_Alder", "spelled as the player does");
  t.is(first.source, "loader");
  t.false(first.stale);
  const second = await mojang.profileIdByName("DEV_ALDER");
  t.deepEqual(second.value, first.value);
  t.not(second.source, "loader");
  t.deepEqual(
    fake.seen.map(({ target }) => target),
    ["/minecraft/profile/lookup/name/dev_alder"],
  );
});

test.serial(
  "100 concurrent look-ups of one name are one request to Mojang, and so are 20 of an unknown one",
  async (t) => {
    const { mojang, fake } = await openMojang(t);
    const found = await Promise.all(Array.from({ length: 100 }, () => mojang.profileIdByName("Dev_Birch")));
    t.is(new Set(found.map(({ value }) => value?.id)).size, 1);
    t.is(fake.seen.length, 1);

    const unknown = await Promise.all(Array.from({ length: 20 }, () => mojang.profileIdByName("Nobody")));
    t.true(unknown.every(({ value }) => value === undefined));
    t.is((await mojang.profileIdByName("nobody")).value, undefined);
    t.is(fake.seen.length, 2);
  },
);

test.serial("names that are asked for at a time travel in pages of 10", async (t) => {
  const names = Array.from({ length: 25 }, (_none, index) => `Player_${index}`);
  const { mojang, fake } = await openMojang(t, { fake: { players: names } });
  const answers = await Promise.all(names.map((name) => mojang.profileIdByName(name)));
  t.deepEqual(
    answers.map(({ value }) => value?.name),
    names,
  );
  t.deepEqual(
    fake.seen.map(({ body }) => (JSON.parse(body) as string[]).length),
    [10, 10, 5],
  );
});

test.serial(
  "profileIdsByName() takes any number of names, leaves out those that are none, and keeps their order",
  async (t) => {
    const players = Array.from({ length: 30 }, (_none, index) => `Player_${index}`);
    const { mojang, fake } = await openMojang(t, { fake: { players } });
    const asked = ["a name", "", "x".repeat(26), ...players.toReversed(), "PLAYER_3", "Nobody", "böse"];
    const answers = await mojang.profileIdsByName(asked);
    t.deepEqual(
      answers.map(({ value }) => value?.name),
      players.toReversed(),
    );
    // Four, where the answers of storage come at a time; on a machine with much else to do they do not.
    t.true(fake.seen.length < players.length, `${fake.seen.length} requests`);
  },
);

test.serial(
  "profileIdsByName() rejects where a name could not be looked up, as leaving it out would deny it",
  async (t) => {
    const { mojang, fake } = await openMojang(t, { config: { retries: 0 } });
    await mojang.profileIdByName("Dev_Alder");
    fake.fail("limited");
    await t.throwsAsync(mojang.profileIdsByName(["Dev_Alder", "Dev_Birch"]), { instanceOf: LoadError });
    fake.fail(undefined);
  },
);

/** What becomes of each fault where nothing older is there. */
const FAULTS: readonly (readonly [FakeFault, UpstreamFailure])[] = [
  ["unavailable", "unavailable"],
  ["hang", "timeout"],
  ["blocked", "blocked"],
  ["limited", "paused"], // what refreshing the expired entry has led to
  ["reset", "unreachable"],
  ["garbage", "unexpected"],
];

for (const [fault, failure] of FAULTS) {
  test.serial(
    `while Mojang's fault is "${fault}", expired entries are answered as stale, and nothing false is stored`,
    async (t) => {
      const clock = new ShiftedClock();
      const { mojang, fake } = await openMojang(t, {
        clock,
        config: { retries: 1, attemptTimeout: "1500ms" },
      });
      const { id } = fake.addPlayer("Dev_Alder");
      const [name, profile] = [
        await mojang.profileIdByName("Dev_Alder"),
        await mojang.profile(id, { signed: true }),
      ];
      clock.shift(25 * HOUR_MS);
      fake.fail(fault);

      const staleName = await mojang.profileIdByName("Dev_Alder");
      t.true(staleName.stale);
      t.is(staleName.value?.id, name.value?.id);
      t.true((staleName.expiresAt ?? 0) < clock.now());
      const staleProfile = await mojang.profile(id, { signed: true });
      t.true(staleProfile.stale);
      t.deepEqual(staleProfile.value, profile.value);

      const error = await t.throwsAsync(mojang.profileIdByName("Dev_Birch"), { instanceOf: LoadError });
      t.true(error?.cause instanceof UpstreamError);
      t.is(upstreamErrorOf(error).failure, failure);

      fake.fail(undefined);
      await waitUntilAsked(mojang);
      t.is(
        (await mojang.profileIdByName("Dev_Birch")).value?.name,
        "Dev_Birch",
        "nothing says that there is none",
      );
      t.false((await mojang.profileIdByName("Dev_Alder")).stale);
    },
  );
}

/** Until no host is left alone any more: a fault may have led to a pause of some seconds. */
async function waitUntilAsked(mojang: Awaited<ReturnType<typeof openMojang>>["mojang"]): Promise<void> {
  const pausedMs = Math.max(...mojang.budget().map((host) => host.pausedMs));
  await new Promise((resolve) => {
    setTimeout(resolve, pausedMs);
  });
}

test.serial("an entry that expired is asked for again, and is fresh then", async (t) => {
  const clock = new ShiftedClock();
  const { mojang, fake } = await openMojang(t, { clock });
  const before = await mojang.profileIdByName("Dev_Alder");
  clock.shift(25 * HOUR_MS);
  const after = await mojang.profileIdByName("Dev_Alder");
  t.is(after.source, "loader");
  t.is(after.value?.firstSeenAt, before.value?.firstSeenAt, "it goes on");
  t.true((after.value?.lastSeenAt ?? 0) >= (before.value?.lastSeenAt ?? Infinity) + 25 * HOUR_MS);
  t.is(after.value?.validUntil, (after.value?.lastSeenAt ?? 0) + NAME_HELD_MS);
  t.is(fake.seen.length, 2);
});

test.serial("profiles come signed and unsigned, each to the byte as Mojang sent it", async (t) => {
  const { mojang, fake } = await openMojang(t);
  const { id } = fake.addPlayer("Dev_Alder");
  const [signed, unsigned] = await Promise.all([
    mojang.profile(id, { signed: true }),
    mojang.profile(id, { signed: false }),
  ]);
  t.truthy(signed.value?.properties[0]?.signature);
  t.is(unsigned.value?.properties[0]?.signature, undefined);
  t.deepEqual(fake.seen.map(({ target }) => target).toSorted(), [
    `/session/minecraft/profile/${id}`,
    `/session/minecraft/profile/${id}?unsigned=false`,
  ]);
  t.deepEqual((await mojang.profile(id, { signed: true })).value, signed.value);
  t.is((await mojang.profile("0".repeat(32), { signed: true })).value, undefined);
});

test.serial("what a profile says of a name answers the questions by name and by id", async (t) => {
  const { mojang, fake } = await openMojang(t);
  const { id } = fake.addPlayer("Dev_Alder");
  await mojang.profile(id, { signed: true });
  t.is((await mojang.profileIdByName("dev_alder")).value?.id, id);
  t.is((await mojang.profileIdById(id)).value?.name, "Dev_Alder");
  t.is(fake.seen.length, 1);
});

test.serial("hasJoined() asks Mojang each time, and its profile serves those who ask for that", async (t) => {
  const { mojang, fake } = await openMojang(t);
  fake.join("Dev_Alder", "server-1", "192.0.2.7");
  t.is(await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-2" }), undefined);
  t.is(
    await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1", ip: "192.0.2.8" }),
    undefined,
    "from another address",
  );
  const joined = await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1", ip: "192.0.2.7" });
  t.is(joined?.profile.name, "Dev_Alder");
  t.is(joined?.contentType, "application/json");
  t.deepEqual(JSON.parse(joined?.text ?? ""), joined?.profile);
  t.is(fake.seen.length, 3);
  t.deepEqual((await mojang.profile(joined?.profile.id ?? "", { signed: true })).value, joined?.profile);
  t.is(fake.seen.length, 3);

  fake.fail("unavailable");
  const error = await t.throwsAsync(
    mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1" }),
    { instanceOf: UpstreamError },
    "never from the cache",
  );
  t.is(error?.failure, "unavailable");
});

test.serial(
  "onEntry() tells of what comes from Mojang, and of nothing that comes from the cache",
  async (t) => {
    const { mojang, fake } = await openMojang(t);
    const { id } = fake.addPlayer("Dev_Alder");
    fake.blockServers(["a".repeat(40)]);
    const types: string[] = [];
    const stop = mojang.onEntry(({ type }) => types.push(type));
    mojang.onEntry(() => {
      throw new Error("a listener's own");
    });
    for (let round = 0; round < 2; round += 1) {
      await mojang.profileIdByName("Dev_Alder");
      await mojang.profile(id, { signed: true });
      await mojang.blockedServers();
      await mojang.settled();
    }
    t.deepEqual(types.toSorted(), ["BLACKLIST", "NAME_HISTORY", "PROFILE", "PROFILE_ID", "PROFILE_ID"]);
    stop();
    await mojang.profileIdByName("Dev_Birch");
    t.is(types.length, 5);
  },
);

test.serial("a name that has changed hands is told by history, and asked for anew", async (t) => {
  const clock = new ShiftedClock();
  const { mojang, fake } = await openMojang(t, { clock });
  const { id } = fake.addPlayer("Dev_Alder");
  await mojang.profileIdByName("Dev_Alder");
  await mojang.settled();
  const before = clock.now();
  clock.shift(2 * HOUR_MS);
  fake.addPlayer("Dev_Oak", { id });
  await mojang.profile(id, { signed: true });
  await mojang.settled();

  const { value: history = [] } = await mojang.nameHistory(id);
  t.deepEqual(
    history.map(({ name }) => name),
    ["Dev_Alder", "Dev_Oak"],
  );
  t.is(history[0]?.validUntil, history[1]?.firstSeenAt, "they do not overlap");
  t.is((await mojang.profileIdByName("Dev_Alder")).value, undefined, "Mojang was asked again");
  t.is((await mojang.profileIdByName("Dev_Alder", before)).value?.id, id, "at that time it was");
  t.is((await mojang.profileIdByName("Dev_Alder", clock.now())).value, undefined);
  t.is((await mojang.profileIdByName("Dev_Oak", before)).value, undefined);
});

test.serial(
  "the budget lets as much through as it is given, and keeps half of it for names nobody has asked for yet",
  async (t) => {
    const clock = new ShiftedClock();
    const { mojang, fake } = await openMojang(t, {
      clock,
      config: { budgets: { services: { requests: 8, per: "1d" } }, retries: 0 },
    });
    for (const name of ["Dev_Alder", "Dev_Birch"]) await mojang.profileIdByName(name);
    clock.shift(25 * HOUR_MS);
    t.true((await mojang.profileIdByName("Dev_Alder")).stale, "refreshing leaves the rest to others");
    t.is((await mojang.profileIdByName("Dev_Cedar")).source, "loader");
    t.is((await mojang.profileIdByName("Dev_Elm")).source, "loader");
    const error = await t.throwsAsync(mojang.profileIdByName("Dev_Fir"), { instanceOf: LoadError });
    t.is(upstreamErrorOf(error).failure, "budget");
    t.true((upstreamErrorOf(error).retryAfterMs ?? 0) > 0);
    t.is(fake.seen.length, 4);
    const [services] = mojang.budget();
    t.like(services, { host: "services", capacity: 4, left: 0, sent: 4, refused: 2 });
  },
);

test.serial("a pause after a 429 is kept to, logins apart", async (t) => {
  const { mojang, fake } = await openMojang(t);
  const { id } = fake.addPlayer("Dev_Alder");
  fake.join("Dev_Alder", "server-1");
  fake.fail("limited", 1);
  await t.throwsAsync(mojang.profile(id, { signed: true }));
  const error = await t.throwsAsync(mojang.profile(id, { signed: true }), { instanceOf: LoadError });
  t.is(upstreamErrorOf(error).failure, "paused");
  t.is(upstreamErrorOf(error).status, 429);
  t.is(fake.seen.length, 1, "it was not asked");
  t.truthy(await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1" }));
  const sessions = mojang.budget().find(({ host }) => host === "sessions");
  t.true((sessions?.pausedMs ?? 0) > 0, "a login does not end it");
});

test.serial("close() ends what is under way", async (t) => {
  const { mojang, fake } = await openMojang(t);
  fake.fail("hang");
  const pending = mojang.profileIdByName("Dev_Alder");
  while (fake.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await mojang.close();
  const error = await t.throwsAsync(pending, { instanceOf: LoadError });
  t.is(upstreamErrorOf(error).failure, "closed");
});
