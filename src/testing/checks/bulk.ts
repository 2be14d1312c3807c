/** Calls for several keys do what as many single ones would. */
import type { EntryKey } from "../../contract/backend.js";
import { textBytes } from "../bytes.js";
import type { Check } from "../check.js";
import type { TestedLife } from "../tested-life.js";

type Pair = readonly [EntryKey, { readonly value: Uint8Array }];

async function putMany(life: TestedLife, keys: readonly EntryKey[], text: string): Promise<void> {
  const pairs: Pair[] = keys.map((key) => [key, { value: textBytes(`${text} ${key.category} ${key.key}`) }]);
  await life.call("putMany", `putMany() of ${keys.length} entries`, () => life.face.putMany(pairs));
}

async function purgeMany(life: TestedLife, keys: readonly EntryKey[]): Promise<void> {
  await life.call("purgeMany", `purgeMany() of ${keys.length} keys`, () => life.face.purgeMany(keys));
}

function values(keys: readonly EntryKey[], text: string): Uint8Array[] {
  return keys.map((key) => textBytes(`${text} ${key.category} ${key.key}`));
}

export const BULK_CHECKS: readonly Check[] = [
  {
    title: "getMany() answers one result per key in the order of the keys, repeated and absent ones included",
    async run({ open, at }) {
      const life = await open();
      for (const key of ["a", "b", "c"]) await life.put(at(key), textBytes(key));
      const keys = ["c", "never", "a", "b", "a", "never", "c"];
      const expected = keys.map((key) => (key === "never" ? undefined : textBytes(key)));
      await life.expectMany(
        keys.map((key) => at(key)),
        expected,
      );
    },
  },
  {
    title: "putMany() stores every entry in place of any other",
    async run({ open, at }) {
      const life = await open();
      const keys = Array.from({ length: 100 }, (_, index) => at(`key ${index}`));
      await putMany(life, keys.slice(0, 60), "old");
      await putMany(life, keys.slice(40), "new");
      const expected = [...values(keys.slice(0, 40), "old"), ...values(keys.slice(40), "new")];
      await life.expectMany(keys, expected, "putMany");
      for (const [index, key] of keys.entries()) await life.expect(key, expected[index], "putMany");
    },
  },
  {
    title: "purgeMany() removes every entry named and no other, absent keys included",
    async run({ open, at }) {
      const life = await open();
      const keys = Array.from({ length: 20 }, (_, index) => at(`key ${index}`));
      await putMany(life, keys, "old");
      await purgeMany(life, [at("never"), ...keys.slice(0, 10), at("also never")]);
      await life.expectMany(
        keys,
        keys.map((_, index) => (index < 10 ? undefined : values(keys, "old")[index])),
        "purgeMany",
      );
      await purgeMany(life, keys);
      await life.expectMany(
        keys,
        keys.map(() => undefined),
        "purgeMany",
      );
    },
  },
  {
    title: "calls for several keys may name several categories",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      const keys = [at("a", "one"), at("a", "two"), at("b", "one"), at("b", "three")];
      await putMany(life, keys, "old");
      await life.expectMany(keys.toReversed(), values(keys, "old").toReversed());
      await purgeMany(life, [at("a", "one"), at("b", "three")]);
      const [, second, third] = values(keys, "old");
      await life.expectMany(keys, [undefined, second, third, undefined], "purgeMany");
    },
  },
  {
    title: "calls for no keys at all succeed",
    ways: ["direct"],
    async run({ open }) {
      const life = await open();
      await life.expectMany([], []);
      await putMany(life, [], "none");
      await purgeMany(life, []);
    },
  },
];
