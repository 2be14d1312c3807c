/** Lists of names: what they take of the budget, how long they wait for it, and what they leave to others. */
import test from "ava";
import { setTimeout as sleep } from "node:timers/promises";

import { UpstreamError } from "../../src/mojang/main.js";
import { openMojang, ShiftedClock } from "./open-mojang.js";

const HOUR_MS = 3_600_000;
const PLAYERS = Array.from({ length: 200 }, (_none, index) => `Player_${index}`);

test.serial("a list that the budget has not enough for waits for it, up to the deadline", async (t) => {
  const { mojang, fake } = await openMojang(t, {
    fake: { players: PLAYERS },
    // Ten pages are there at once, and fourteen more come each second.
    config: { budgets: { services: { requests: 28, per: "1s" } }, deadline: "60s", attemptTimeout: "20s" },
  });
  const answers = await mojang.profileIdsByName(PLAYERS);
  t.deepEqual(
    answers.map(({ value }) => value?.name),
    PLAYERS,
  );
  t.true(fake.seen.length >= 20, `${fake.seen.length} pages`);
});

test.serial(
  "a list that cannot be had in time is told when, leaves a part of the budget, and gets further the next time",
  async (t) => {
    const { mojang, fake } = await openMojang(t, {
      fake: { players: PLAYERS },
      config: { budgets: { services: { requests: 20, per: "1h" } } },
    });
    const error = await t.throwsAsync(mojang.profileIdsByName(PLAYERS), { instanceOf: UpstreamError });
    t.is(error?.failure, "budget");
    // Seven of ten are gone, and no more than these can be had at once: a token for each 6 minutes.
    t.true((error?.retryAfterMs ?? 0) > 0.5 * HOUR_MS, `${error?.retryAfterMs} ms`);
    t.true((error?.retryAfterMs ?? 0) <= 0.75 * HOUR_MS, `${error?.retryAfterMs} ms`);
    const sent = fake.seen.length;
    t.is(sent, 7);
    t.is((await mojang.profileIdByName("Player_199")).source, "loader", "others have what is left");
    t.is((await mojang.profileIdsByName(["Player_198"])).length, 1, "so has a list of one name");

    await t.throwsAsync(mojang.profileIdsByName(PLAYERS), { instanceOf: UpstreamError });
    // In pages of ten, or of fewer on a machine with much else to do.
    t.is((await mojang.profileIdsByName(PLAYERS.slice(0, 7))).length, 7, "these were found on the way");
    t.is(fake.seen.length, sent + 2);
  },
);

test.serial(
  "whoever asks for one name that a list waits for is not to wait as well, and has what lists leave",
  async (t) => {
    const { mojang } = await openMojang(t, {
      fake: { players: PLAYERS },
      // Six of eight are the list's, and it waits for the next one for longer than a test may take.
      config: {
        budgets: { services: { requests: 16, per: "30m" } },
        deadline: "4m",
        attemptTimeout: "60s",
      },
    });
    const list = t.throwsAsync(mojang.profileIdsByName(PLAYERS), undefined, "it ends when the cache does");
    while ((mojang.budget()[0]?.left ?? 0) > 2) await sleep(5);
    t.is((await mojang.profileIdByName("Player_75")).value?.name, "Player_75");
    t.is((await mojang.profileIdsByName(["Player_76"])).length, 1, "so has a list of one name");
    t.true((mojang.budget()[0]?.sent ?? 0) > 6);
    await mojang.close();
    await list;
  },
);

test.serial("what is past its grace is asked for as if it were new, for it cannot be answered", async (t) => {
  const clock = new ShiftedClock();
  const { mojang } = await openMojang(t, {
    clock,
    config: { budgets: { services: { requests: 8, per: "1d" } }, retries: 0 },
  });
  await mojang.profileIdByName("Dev_Alder");
  await mojang.profileIdByName("Dev_Birch");
  clock.shift(40 * 24 * HOUR_MS);
  t.is((await mojang.profileIdByName("Dev_Alder")).source, "loader");
  t.is((await mojang.profileIdByName("Dev_Birch")).source, "loader");
});
