/** Calls overlap, and each is right all the same. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { patternOf, textBytes } from "../bytes.js";
import type { Check } from "../check.js";

/** Calls at once: more than any sensible pool of connections. */
const CALLS = 200;

/** What the second round of calls leaves under a key. */
function leftOf(key: string, index: number): Uint8Array | undefined {
  return [undefined, textBytes(`new ${key}`), textBytes(key)][index % 3];
}

export const OVERLAPPING_CHECKS: readonly Check[] = [
  {
    title: `${CALLS} calls at once end as they would one after the other`,
    async run({ open, at }) {
      const life = await open();
      const keys = Array.from({ length: CALLS }, (_, index) => `key ${index}`);
      await Promise.all(keys.map((key) => life.put(at(key), textBytes(key), "overlap")));
      await Promise.all(keys.map((key) => life.expect(at(key), textBytes(key), "overlap")));
      await Promise.all(
        keys.map(async (key, index) => {
          if (index % 3 === 0) await life.purge(at(key), "overlap");
          else if (index % 3 === 1) await life.put(at(key), textBytes(`new ${key}`), "overlap");
          else await life.expect(at(key), textBytes(key), "overlap");
        }),
      );
      await Promise.all(keys.map((key, index) => life.expect(at(key), leftOf(key, index), "overlap")));
    },
  },
  {
    title: "a get() during a put() answers the former entry or the new one, whole",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      const values = [patternOf(60_000, 1), patternOf(150_000, 2), patternOf(10, 3)] as const;
      await life.put(at("a"), values[0]);
      for (let round = 1; round < 10; round += 1) {
        const [former, next] = [values[(round - 1) % 3], values[round % 3] ?? values[0]];
        const progress = { isPut: false };
        const put = life.put(at("a"), next).finally(() => (progress.isPut = true));
        const get = async (): Promise<void> => {
          while (!progress.isPut) {
            await life.expect(at("a"), [former, next], "failing");
            await nextTurn();
          }
        };
        await Promise.all([put, get()]);
        await life.expect(at("a"), next, "put");
      }
    },
  },
  {
    title: "of several writes of one key at once one remains, whole",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      for (let round = 0; round < 5; round += 1) {
        const values = [10, 70_000, 300].map((size) => patternOf(size, round));
        await Promise.all(values.map((value) => life.put(at("a"), value, "overlap")));
        await life.expect(at("a"), values, "overlap");
        await Promise.all([
          ...values.map((value) => life.put(at("b"), value, "overlap")),
          life.purge(at("b"), "overlap"),
        ]);
        await life.expect(at("b"), [...values, undefined], "overlap");
      }
    },
  },
];
