/** Clearing a category leaves the others as they are. */
import { textBytes } from "../bytes.js";
import type { Check } from "../check.js";
import type { TestedLife } from "../tested-life.js";
import { ODD_KEYS } from "./keys.js";

/** Names that begin with, or are a beginning of, the one that is cleared, or match it as a pattern. */
const OTHERS: readonly string[] = ["on", "one1", "one.", "one-two", "one_", "on.", "two"];

async function clear(life: TestedLife, category: string): Promise<void> {
  await life.call("clear", `clear() of "${category}"`, () => life.face.clear(category));
}

export const CLEARING_CHECKS: readonly Check[] = [
  {
    title: "clear() removes every entry of its category, odd keys included, and of no other",
    needs: ["clear"],
    async run({ open, at, category }) {
      const life = await open();
      for (const key of ODD_KEYS) await life.put(at(key), textBytes(key));
      for (const name of OTHERS) await life.put(at("kept", name), textBytes(name));
      await clear(life, category("one"));
      for (const key of ODD_KEYS) await life.expect(at(key), undefined, "clear");
      for (const name of OTHERS) await life.expect(at("kept", name), textBytes(name), "clear");
    },
  },
  {
    title: "clear() of a category without entries succeeds",
    needs: ["clear"],
    async run({ open, category }) {
      const life = await open();
      await clear(life, category("one"));
      await clear(life, category("one"));
    },
  },
  {
    title: "what is put after clear() stays",
    needs: ["clear"],
    async run({ open, at, category }) {
      const life = await open();
      for (let round = 0; round < 3; round += 1) {
        for (const key of ["a", "b"]) await life.put(at(key), textBytes(`round ${round}`));
        await clear(life, category("one"));
        await life.put(at("a"), textBytes(`after ${round}`));
        await life.expect(at("a"), textBytes(`after ${round}`), "clear");
        await life.expect(at("b"), undefined, "clear");
      }
    },
  },
];
