/** What Mojang answers and what it does not mean: nothing false is told of players, names and servers. */
import test from "ava";

import { UpstreamError } from "../../src/mojang/main.js";
import { openMojang, ShiftedClock, upstreamErrorOf } from "./open-mojang.js";

const HOUR_MS = 3_600_000;

test.serial("one name that Mojang finds wrong does not spoil those beside it", async (t) => {
  const { mojang, fake } = await openMojang(t);
  fake.refuseName("Dev_Wrong");
  const [known, unknown, wrong] = await Promise.allSettled(
    ["Dev_Alder", "Nobody", "Dev_Wrong"].map((name) => mojang.profileIdByName(name)),
  );
  t.is(known?.status === "fulfilled" && known.value.value?.name, "Dev_Alder");
  t.is(unknown?.status === "fulfilled" && unknown.value.value, undefined);
  t.is(wrong?.status === "fulfilled" && wrong.value.value, undefined);
  t.is(wrong?.status, "fulfilled");

  const asked = fake.seen.length;
  const many = await mojang.profileIdsByName(["Dev_Elm", "Dev_Wrong", "Dev_Fir"]);
  t.deepEqual(
    many.map(({ value }) => value?.name),
    ["Dev_Elm", "Dev_Fir"],
  );
  t.is(fake.seen.length, asked + 1, "the wrong one was not asked for again");
});

test.serial(
  "a gateway's 400 to several names is not asked about one by one, and finds none of them wrong",
  async (t) => {
    const { mojang, fake } = await openMojang(t);
    fake.fail("misread");
    const error = await t.throwsAsync(mojang.profileIdsByName(["Dev_Elm", "Dev_Fir"]));
    t.is(upstreamErrorOf(error).failure, "unexpected");
    t.is(fake.seen.length, 1);
    fake.fail(undefined);
    t.is((await mojang.profileIdsByName(["Dev_Elm", "Dev_Fir"])).length, 2);
  },
);

test.serial("an endpoint that Mojang does not have any more says nothing of players", async (t) => {
  const { mojang, fake } = await openMojang(t, { upstreamPath: "/nope" });
  const { id } = fake.addPlayer("Dev_Alder");
  for (const ask of [
    () => mojang.profileIdByName("Dev_Alder"),
    () => mojang.profileIdById(id),
    () => mojang.profile(id, { signed: true }),
  ])
    t.is(upstreamErrorOf(await t.throwsAsync(ask())).failure, "unexpected");
  const login = { username: "Dev_Alder", serverId: "server-1" };
  const error = await t.throwsAsync(mojang.hasJoined(login), { instanceOf: UpstreamError });
  t.is(error?.failure, "unexpected");
});

test.serial(
  "an answer about another player than was asked for is no answer, and nothing of it is kept",
  async (t) => {
    const { mojang, fake } = await openMojang(t);
    const { id } = fake.addPlayer("Dev_Alder");
    fake.fail("mistaken");
    for (const ask of [
      () => mojang.profileIdByName("Dev_Alder"),
      () => mojang.profileIdsByName(["Dev_Elm", "Dev_Fir"]),
      () => mojang.profileIdById(id),
      () => mojang.profile(id, { signed: true }),
    ])
      t.is(upstreamErrorOf(await t.throwsAsync(ask())).failure, "unexpected");
    fake.fail(undefined);
    t.is((await mojang.profileIdByName("Dev_Alder")).value?.id, id);
    t.is((await mojang.profileIdsByName(["Dev_Elm", "Dev_Fir"])).length, 2);
    t.is((await mojang.profileIdById(id)).value?.name, "Dev_Alder");
    t.is((await mojang.profile(id, { signed: true })).value?.name, "Dev_Alder");
  },
);

test.serial("of a login whose answer has another name nothing is kept", async (t) => {
  const { mojang, fake } = await openMojang(t);
  fake.fail("mistaken");
  const joined = await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1" });
  t.is(joined?.profile.name, "Dev_Else", "it is handed on");
  fake.fail(undefined);
  await mojang.settled();
  const { value } = await mojang.nameHistory(joined?.profile.id ?? "");
  t.is(value, undefined);
  t.is(
    (await mojang.profile(joined?.profile.id ?? "", { signed: true })).value,
    undefined,
    "Mojang was asked",
  );
});

test.serial("an empty list of blocked servers is not taken for one", async (t) => {
  const { mojang, fake } = await openMojang(t);
  fake.blockServers([]);
  t.is(upstreamErrorOf(await t.throwsAsync(mojang.blockedServers())).failure, "unexpected");
});

test.serial("Mojang is not asked whether somebody has joined who can have no such name", async (t) => {
  const { mojang, fake } = await openMojang(t);
  for (const [username, serverId] of [
    ["", "server-1"],
    ["a name", "server-1"],
    ["x".repeat(8_000), "server-1"],
    ["Dev_Alder", ""],
    ["Dev_Alder", "x".repeat(256)],
  ] as const)
    t.is(await mojang.hasJoined({ username, serverId }), undefined);
  t.is(fake.seen.length, 0);
  fake.join("Old-Name", "server-1");
  t.truthy(await mojang.hasJoined({ username: "Old-Name", serverId: "server-1" }), "the game lets it in");
});

test.serial("a name that another was seen with ends its former player's stretch", async (t) => {
  const clock = new ShiftedClock();
  const { mojang, fake } = await openMojang(t, { clock });
  const former = fake.addPlayer("Dev_Oak", { id: "a".repeat(32) });
  await mojang.profileIdByName("Dev_Oak");
  await mojang.settled();
  clock.shift(2 * HOUR_MS);
  // The first one's new name is not seen here.
  fake.addPlayer("Dev_Yew", { id: former.id });
  const next = fake.addPlayer("Dev_Oak", { id: "b".repeat(32) });
  await mojang.profile(next.id, { signed: true });
  await mojang.settled();
  const { value: before = [] } = await mojang.nameHistory(former.id);
  const { value: after = [] } = await mojang.nameHistory(next.id);
  t.is(before[0]?.validUntil, after[0]?.firstSeenAt, "they do not overlap");
  t.is((await mojang.profileIdById(former.id)).value?.name, "Dev_Yew", "Mojang was asked again");
});

test.serial("since when a player has a name outlives the entry, and a login that comes later", async (t) => {
  const clock = new ShiftedClock();
  const { mojang, fake } = await openMojang(t, { clock });
  const { value: before } = await mojang.profileIdByName("Dev_Alder");
  await mojang.settled();
  clock.shift(30 * HOUR_MS);
  fake.join("Dev_Alder", "server-1");
  await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1" });
  const { value: after } = await mojang.profileIdByName("Dev_Alder");
  t.truthy(before);
  t.truthy(after);
  if (before === undefined || after === undefined) return;
  t.true(after.lastSeenAt > before.lastSeenAt, "the login was a sighting");
  const [since] = await mojang.sinceFirstSeen([after]);
  t.is(since?.firstSeenAt, before.firstSeenAt);
});
