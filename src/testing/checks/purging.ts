/** What is purged is gone, and nothing else is. */
import { textBytes } from "../bytes.js";
import type { Check } from "../check.js";

export const PURGING_CHECKS: readonly Check[] = [
  {
    title: "purge() removes the entry, and no other",
    async run({ open, at }) {
      const life = await open();
      for (const key of [at("a"), at("b"), at("a", "two")]) await life.put(key, textBytes("value"));
      await life.purge(at("a"));
      await life.expect(at("a"), undefined, "purge");
      await life.expect(at("b"), textBytes("value"), "purge");
      await life.expect(at("a", "two"), textBytes("value"), "purge");
    },
  },
  {
    title: "purge() of an absent key succeeds",
    async run({ open, at }) {
      const life = await open();
      await life.purge(at("never"), "purgeAbsent");
      await life.put(at("a"), textBytes("value"));
      await life.purge(at("a"), "purge");
      await life.purge(at("a"), "purgeAbsent");
      await life.purge(at("a", "never"), "purgeAbsent");
    },
  },
  {
    title: "a key that was purged can be put again",
    async run({ open, at }) {
      const life = await open();
      for (const text of ["one", "two", "three"]) {
        await life.put(at("a"), textBytes(text));
        await life.expect(at("a"), textBytes(text), "put");
        await life.purge(at("a"));
        await life.expect(at("a"), undefined, "purge");
      }
    },
  },
];
