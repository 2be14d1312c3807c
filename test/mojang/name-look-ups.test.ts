/** Lists of names of any length: what they ask of Mojang, until when, and what they leave to others meanwhile. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";

import { LoadError, Stockpile, systemClock } from "../../src/host/main.js";
import type { Category } from "../../src/host/main.js";
import { associationOf } from "../../src/mojang/entities/association.js";
import type { ProfileId } from "../../src/mojang/entities/profile-id.js";
import { UpstreamError } from "../../src/mojang/main.js";
import { NameLookUps } from "../../src/mojang/name-look-ups.js";
import { ShiftedClock } from "./open-mojang.js";

const DEADLINE_MS = 1_000;
/** What each name that Mojang is asked for takes of it. */
const LOAD_MS = 100;

interface Opened {
  readonly lookUps: NameLookUps;
  readonly category: Category<ProfileId>;
  /** Names that Mojang was asked for. */
  readonly asked: string[];
  /** Moves the clock that deadlines go by. */
  readonly pass: (ms: number) => void;
  /** Has everything expire that is in the cache. */
  readonly expire: () => void;
}

function profileIdOf(name: string): ProfileId {
  return associationOf({ id: Buffer.from(name.padEnd(16)).toString("hex"), name, at: 0 });
}

async function open(t: ExecutionContext): Promise<Opened> {
  const clock = new ShiftedClock();
  const stockpile = await Stockpile.open(
    { storage: { plugin: "memory" }, near: { entries: 50_000, bytes: 64_000_000 } },
    { clock, logger: pino({ level: "silent" }) },
  );
  t.teardown(() => stockpile.close());
  const category = stockpile.category<ProfileId>("name", { ttl: "1h", grace: "1h", negativeTtl: "10m" });
  const asked: string[] = [];
  let passedMs = 0;
  const lookUps = new NameLookUps({
    category,
    load: async (key) => {
      asked.push(key);
      passedMs += LOAD_MS;
      return key.startsWith("nobody") ? undefined : profileIdOf(key);
    },
    upstream: {
      namesWaitMs: () => 0,
      waitForName: async () => true,
      unfinished: () => new UpstreamError("services", "unfinished", "the time is over"),
    },
    clock: { ...systemClock, monotonic: () => passedMs },
    deadlineMs: DEADLINE_MS,
  });
  return {
    lookUps,
    category,
    asked,
    pass: (ms) => void (passedMs += ms),
    expire: () => clock.shift(3_600_000),
  };
}

test("a list weeds out what is no name and what it has had already, and keeps its order", async (t) => {
  const { lookUps, asked } = await open(t);
  const answers = await lookUps.list(["Beech", "no name", "ALDER", "", "nobody_1", "beech", "alder"]);
  t.deepEqual(
    answers.map(({ value }) => value?.name),
    ["beech", "alder"],
  );
  t.deepEqual(asked, ["beech", "alder", "nobody_1"]);
  t.deepEqual(await lookUps.list([]), []);
});

test("a list asks until its deadline, says then what is missing, and gets further each time", async (t) => {
  const { lookUps, asked, category } = await open(t);
  const names = Array.from({ length: 95 }, (_none, index) => `player_${index}`);
  const perList = DEADLINE_MS / LOAD_MS;
  for (let left = names.length; left > perList; left -= perList) {
    // oxlint-disable-next-line no-await-in-loop -- One after the other, as its client asks.
    const error = await t.throwsAsync(lookUps.list(names), { instanceOf: UpstreamError });
    t.is(error?.failure, "unfinished");
    t.is(error?.retryAfterMs, 0);
    const [, missing] = /and (\d+) names are missing/.exec(error?.message ?? "") ?? [];
    t.true(Number(missing) >= left - perList, `${missing} of ${left}`);
  }
  t.is((await lookUps.list(names)).length, names.length);
  t.is(asked.length, names.length, "each was asked for once");
  t.is((await category.lookup("player_94", { load: false })).value?.name, "player_94");
});

test("what is in the cache is answered however late it is, and what has expired as stale", async (t) => {
  const { lookUps, asked, category, pass, expire } = await open(t);
  const names = Array.from({ length: 300 }, (_none, index) => `player_${index}`);
  await category.setMany(names.map((name) => [name, profileIdOf(name)]));
  for (const stale of [false, true]) {
    const list = lookUps.list(names);
    pass(2 * DEADLINE_MS);
    // oxlint-disable-next-line no-await-in-loop -- First the one, then the other.
    const answers = await list;
    t.is(answers.length, names.length);
    t.true(answers.every((answer) => answer.stale === stale));
    expire();
  }
  t.deepEqual(asked, []);
});

test("whoever has joined a load that its list had no time for asks anew", async (t) => {
  const { lookUps, asked, pass } = await open(t);
  const list = t.throwsAsync(lookUps.list(["alder", "beech"]), { instanceOf: UpstreamError });
  // The list waits for the storage by now, which takes a turn of the event loop at least.
  for (let tick = 0; tick < 50; tick += 1) await Promise.resolve();
  pass(2 * DEADLINE_MS);
  t.is((await lookUps.one("alder")).value?.name, "alder");
  await list;
  t.deepEqual(asked, ["alder"]);
});

test("names that are in memory do not hold the event loop, however many they are", async (t) => {
  const { lookUps, category } = await open(t);
  const names = Array.from({ length: 20_000 }, (_none, index) => `player_${index}`);
  for (let at = 0; at < names.length; at += 1_000)
    // oxlint-disable-next-line no-await-in-loop -- The queue of writes is bounded.
    await category.setMany(names.slice(at, at + 1_000).map((name) => [name, profileIdOf(name)]));
  let turns = 0;
  let longestMs = 0;
  let isOver = false;
  let turnedAt = performance.now();
  const turn = (): void => {
    turns += 1;
    longestMs = Math.max(longestMs, performance.now() - turnedAt);
    turnedAt = performance.now();
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const startedAt = performance.now();
  const answers = await lookUps.list(names);
  isOver = true;
  const elapsedMs = performance.now() - startedAt;
  t.log(`${turns} turns in ${elapsedMs.toFixed(0)} ms, the longest of ${longestMs.toFixed(1)} ms`);
  t.is(answers.length, names.length);
  t.true(answers.every(({ source }) => source === "near"));
  t.true(turns >= names.length / 100, `${turns} turns`);
});

test("a failure that is Mojang's is handed on as it is", async (t) => {
  const { category } = await open(t);
  const failure = new UpstreamError("services", "unavailable", "it has failed");
  const lookUps = new NameLookUps({
    category,
    load: () => Promise.reject(failure),
    upstream: { namesWaitMs: () => 0, waitForName: async () => true, unfinished: () => failure },
    clock: systemClock,
    deadlineMs: DEADLINE_MS,
  });
  const error = await t.throwsAsync(lookUps.list(["alder", "beech"]), { instanceOf: LoadError });
  t.is(error?.cause, failure);
});
