/** `expiresAt` allows to drop an entry after a time, and nothing else. */
import { setTimeout as sleep } from "node:timers/promises";
import { textBytes } from "../bytes.js";
import type { Check } from "../check.js";
import { describeValue } from "../describe.js";
import { nameKey } from "../tested-life.js";

/** Long enough for what is put with it to be read before, short enough to wait for, in ms. */
const SOON_MS = 250;
/** Past the time of what expires soon, seconds that are rounded up included, in ms. */
const PAST_SOON_MS = 1300;
/** One hour, in ms. */
const HOUR_MS = 3_600_000;
/** Ten years, the longest time a configuration can give, in ms. */
const LONGEST_MS = 315_360_000_000;

export const EXPIRY_CHECKS: readonly Check[] = [
  {
    title: "an entry is there until its time, however far that is",
    async run({ open, at }) {
      const life = await open();
      const times = [60_000, HOUR_MS, 30 * 24 * HOUR_MS, LONGEST_MS - HOUR_MS];
      for (const [index, ms] of times.entries()) {
        await life.put(
          at(`${index}`),
          { value: textBytes(`${ms}`), expiresAt: Date.now() + ms },
          "expiresAt",
        );
      }
      // Timers that cannot count so far fire at once. Two pauses, as Node counts one from when its loop last turned: in
      // a process that is busy it may be over before a timer that was set earlier.
      await sleep(25);
      await sleep(25);
      for (const [index, ms] of times.entries())
        await life.expect(at(`${index}`), textBytes(`${ms}`), "expiresAt");
    },
  },
  {
    title: "get() answers no other expiresAt than the one that was put",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      const now = Date.now();
      for (const expiresAt of [undefined, now + HOUR_MS, now + HOUR_MS + 0.5, 8_640_000_000_000_000]) {
        const entry = { value: textBytes("value"), ...(expiresAt === undefined ? {} : { expiresAt }) };
        await life.put(at("a"), entry, "expiresAt");
        const answer = await life.get(at("a"), "expiresAt");
        life.judge("expiresAt", `get() of ${nameKey(at("a"))}`, answer?.value, [entry.value]);
        // To leave it out is allowed: the host knows by itself what has expired.
        if (answer?.expiresAt === undefined || answer.expiresAt === expiresAt) continue;
        throw life.breach({
          sentence: "get",
          after: `get() of an entry that was put with expiresAt ${describeValue(expiresAt)}`,
          expected: `expiresAt ${describeValue(expiresAt)}, or none`,
          received: `expiresAt ${describeValue(answer.expiresAt)}`,
        });
      }
    },
  },
  {
    title: "after its time an entry is whole or gone, and can be replaced and purged",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      const value = textBytes("soon gone");
      const expiresAt = Date.now() + SOON_MS;
      for (const key of ["read", "replaced", "purged"])
        await life.put(at(key), { value, expiresAt }, "expiresAt");
      await sleep(PAST_SOON_MS);
      await life.expect(at("read"), [value, undefined], "expiresAt");
      await life.expectMany([at("read")], [(await life.get(at("read")))?.value], "getMany");
      await life.put(at("replaced"), textBytes("new"));
      await life.expect(at("replaced"), textBytes("new"), "put");
      await life.purge(at("purged"), "purgeAbsent");
      await life.expect(at("purged"), undefined, "purge");
    },
  },
  {
    title: "put() replaces the time of expiry as well as the value",
    async run({ open, at }) {
      const life = await open();
      const soon = { value: textBytes("soon"), expiresAt: Date.now() + SOON_MS };
      await life.put(at("none"), soon, "expiresAt");
      await life.put(at("none"), textBytes("kept"));
      await life.put(at("later"), soon, "expiresAt");
      await life.put(
        at("later"),
        { value: textBytes("later"), expiresAt: Date.now() + HOUR_MS },
        "expiresAt",
      );
      await sleep(PAST_SOON_MS);
      await life.expect(at("none"), textBytes("kept"), "put");
      await life.expect(at("later"), textBytes("later"), "put");
    },
  },
  {
    title: "put() of an entry whose time has passed replaces the one before all the same",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      await life.put(at("a"), textBytes("old"));
      const value = textBytes("new");
      await life.put(at("a"), { value, expiresAt: Date.now() - 1000 }, "put");
      await life.expect(at("a"), [undefined, value], "put");
      await life.put(at("a"), { value, expiresAt: 1 }, "put");
      await life.expect(at("a"), [undefined, value], "put");
      await life.put(at("a"), textBytes("newest"));
      await life.expect(at("a"), textBytes("newest"), "put");
    },
  },
];
