/** Keys and categories are what they are: no two of them are one, and none is special. */
import { textBytes } from "../bytes.js";
import type { Check } from "../check.js";

/** What file names, URLs, patterns, queries, objects and case-insensitive collations make something else of. */
export const ODD_KEYS: readonly string[] = [
  "a",
  "A",
  " ",
  " a",
  "a ",
  "\t",
  "\n",
  "\0",
  "a\0b",
  "\u0001",
  "..",
  ".",
  "../a",
  "/etc/passwd",
  "a/b",
  "a//b",
  "a\\b",
  "a:b",
  "a::b",
  "{a}",
  "*",
  "a*",
  "?",
  "[a]",
  "%",
  "%2F",
  "%00",
  "_",
  "'",
  '"',
  "'; DROP TABLE entries; --",
  "$set",
  "-rf",
  "con",
  "NUL",
  "a.",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "0",
  "00",
  "1e3",
  "\u00e9",
  "e\u0301",
  "\ufeffa",
  "ß",
  "SS",
  "中文",
  "😀",
  "\u{10ffff}",
  "\uffff",
];

/** The longest there are, alike but for their last character. */
const LONG_KEYS: readonly string[] = [
  "k".repeat(1023) + "a",
  "k".repeat(1023) + "b",
  "k".repeat(1022),
  "/".repeat(1024),
  "日".repeat(341) + "x",
  "😀".repeat(256),
];

/** Category and key, each pair alike once joined by some separator or by none. */
const LOOKALIKES: readonly (readonly [category: string, key: string])[] = [
  ["a", "b.c"],
  ["a.b", "c"],
  ["a", "b-c"],
  ["a-b", "c"],
  ["a", "b_c"],
  ["a_b", "c"],
  ["a", "bc"],
  ["ab", "c"],
  ["a", ":c"],
  ["a", "/c"],
  ["a.b", ".c"],
  ["x".repeat(40), "c"],
  ["x".repeat(39), "c"],
];

async function storeApart(
  { open, at }: Parameters<Check["run"]>[0],
  pairs: typeof LOOKALIKES,
): Promise<void> {
  const life = await open();
  for (const [category, key] of pairs)
    await life.put(at(key, category), textBytes(`${category} ${key}`), "entryKey");
  for (const [category, key] of pairs)
    await life.expect(at(key, category), textBytes(`${category} ${key}`), "entryKey");
  for (const [index, [category, key]] of pairs.entries())
    if (index % 2 === 0) await life.purge(at(key, category), "entryKey");
  for (const [index, [category, key]] of pairs.entries()) {
    await life.expect(
      at(key, category),
      index % 2 === 0 ? undefined : textBytes(`${category} ${key}`),
      "entryKey",
    );
  }
}

export const KEY_CHECKS: readonly Check[] = [
  {
    title: "odd keys are keys like any other, each with an entry of its own",
    run: (context) =>
      storeApart(
        context,
        ODD_KEYS.map((key) => ["one", key] as const),
      ),
  },
  {
    title: "keys of up to 1,024 bytes are told apart to their last character",
    run: (context) =>
      storeApart(
        context,
        LONG_KEYS.map((key) => ["one", key] as const),
      ),
  },
  {
    title: "a category and its keys never run into another's",
    run: (context) => storeApart(context, LOOKALIKES),
  },
  {
    title: "the host's own category, _stockpile, is one like any other",
    ways: ["direct"],
    async run({ open }) {
      const life = await open();
      const probe = { category: "_stockpile", key: "probe" };
      const former = (await life.get(probe, "entryKey"))?.value;
      await life.put(probe, textBytes("probe"), "entryKey");
      await life.expect(probe, textBytes("probe"), "entryKey");
      await life.purge(probe, "entryKey");
      await life.expect(probe, undefined, "entryKey");
      if (former !== undefined) await life.put(probe, former, "entryKey");
    },
  },
];
