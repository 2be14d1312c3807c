/** What the storage plugin does wrong is no reason not to answer. */
import test from "ava";
import { fileURLToPath } from "node:url";

import { openMojang } from "./open-mojang.js";

const BREAKABLE = fileURLToPath(new URL("fixtures/breakable.js", import.meta.url));

/** The backend is asked each time, so that nothing hides what becomes of it. */
const STOCKPILE = {
  plugins: {
    breakable: {
      module: BREAKABLE,
      limits: { call: "300ms", hang: "1s" },
      restart: { backoff: 0, burst: 0 },
    },
  },
  storage: { plugin: "breakable" },
  categories: { "mojang.name": { near: false }, "mojang.profile": { near: false } },
};

for (const [what, name] of [
  ["crashes", "Crash_Now"],
  ["spins", "Spin_Now"],
  ["never answers again", "Stick_Now"],
] as const) {
  test.serial(`while the storage plugin ${what}, look-ups and logins go on`, async (t) => {
    const { mojang, fake, stockpile } = await openMojang(t, { stockpile: STOCKPILE });
    const { id } = fake.addPlayer("Dev_Alder");
    fake.join("Dev_Alder", "server-1");
    await mojang.profileIdByName("Dev_Alder");
    await mojang.settled();
    t.is((await mojang.profileIdByName("Dev_Alder")).value?.id, id);

    t.is((await mojang.profileIdByName(name)).value, undefined, "which breaks it");
    const startedAt = performance.now();
    for (const each of ["Dev_Alder", "Dev_Birch"]) {
      t.is((await mojang.profileIdByName(each)).value?.name, each);
    }
    t.is((await mojang.profile(id, { signed: true })).value?.id, id);
    t.is((await mojang.hasJoined({ username: "Dev_Alder", serverId: "server-1" }))?.profile.id, id);
    t.true(performance.now() - startedAt < 10_000, "each waits for storage a little, and then not at all");
    t.not(stockpile.health().status, "down");
  });
}

test.serial("a history that cannot be read is not written over", async (t) => {
  const { mojang, fake, stockpile } = await openMojang(t, {
    stockpile: {
      ...STOCKPILE,
      categories: { ...STOCKPILE.categories, "mojang.history": { near: false } },
    },
  });
  const { id } = fake.addPlayer("Dev_Alder");
  await mojang.profileIdByName("Dev_Alder");
  await mojang.settled();
  t.is((await mojang.nameHistory(id)).value?.length, 1);

  await stockpile.plugins.stop("breakable");
  fake.addPlayer("Dev_Oak", { id });
  await mojang.profileIdByName("Dev_Oak");
  await mojang.settled();
  await t.throwsAsync(mojang.nameHistory(id), { code: "STOCKPILE_PLUGIN_UNAVAILABLE" });
  t.deepEqual(
    stockpile
      .health()
      .categories.filter(({ name }) => name === "mojang.history")
      .map(({ gets }) => gets.failed > 0),
    [true],
    "it was looked at",
  );
});
