/** Listing keys: page by page, under change, and to an end. */
import type { ScanPage, ScanQuery } from "../../contract/backend.js";
import { textBytes } from "../bytes.js";
import type { Check } from "../check.js";
import { describeKeys, describeValue } from "../describe.js";
import type { TestedLife } from "../tested-life.js";
import { ODD_KEYS } from "./keys.js";

/** Pages a listing may take beyond one per key that was ever there: those of a store that walks past others' keys. */
const SPARE_PAGES = 1000;

/** How a category is listed. */
interface Listing {
  readonly limit: number;
  /** How many keys were or will be there at most. */
  readonly most: number;
  /** Runs between two pages. */
  readonly between?: (page: number) => Promise<void>;
}

/** Lists a category from its first page to its last, each page judged. */
async function listKeys(
  life: TestedLife,
  category: string,
  { limit, most, between }: Listing,
): Promise<string[]> {
  const keys: string[] = [];
  const after = `scan() of "${category}" with limit ${limit}`;
  let cursor: string | undefined;
  for (let page = 0; page <= most + SPARE_PAGES; page += 1) {
    const query: ScanQuery = { category, limit, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await life.call("scan", after, () => life.face.scan(query));
    checkPage(life, answer, after, limit);
    keys.push(...answer.keys);
    if (answer.cursor === undefined) return keys;
    cursor = answer.cursor;
    await between?.(page);
  }
  const received = `a cursor still after ${most + SPARE_PAGES} pages`;
  throw life.breach({
    sentence: "lastPage",
    after,
    expected: `an end: there were ${most} keys at most`,
    received,
  });
}

function checkPage(life: TestedLife, answer: ScanPage, after: string, limit: number): void {
  const { keys, cursor } = Object(answer) as Record<string, unknown>;
  const isPage = Array.isArray(keys) && keys.every((key) => typeof key === "string");
  if (!isPage || (cursor !== undefined && typeof cursor !== "string")) {
    throw life.breach({
      sentence: "scan",
      after,
      expected: "{ keys: string[], cursor?: string }",
      received: describeValue(answer),
    });
  }
  if (keys.length > limit) {
    throw life.breach({
      sentence: "limit",
      after,
      expected: `at most ${limit} keys`,
      received: `${keys.length} keys`,
    });
  }
}

/** Expects all of `least` to have been listed, and nothing that is not in `most`. */
function checkListed(
  life: TestedLife,
  listed: readonly string[],
  least: readonly string[],
  most: readonly string[] = least,
): void {
  const missing = least.filter((key) => !listed.includes(key));
  const foreign = listed.filter((key) => !most.includes(key));
  if (missing.length === 0 && foreign.length === 0) return;
  const received =
    missing.length > 0 ? `a listing without ${describeKeys(missing)}` : `${describeKeys(foreign)} besides`;
  throw life.breach({
    sentence: "scan",
    after: "scan() from its first page to its last",
    expected: describeKeys(least),
    received,
  });
}

function numbered(count: number, prefix: string = "key"): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
}

export const SCANNING_CHECKS: readonly Check[] = [
  {
    title: "scan() lists the keys of its category and of no other, whatever the limit",
    needs: ["scan"],
    async run({ open, at, category }) {
      const life = await open();
      const keys = numbered(25);
      for (const key of keys) await life.put(at(key), textBytes(key));
      for (const name of ["on", "one1", "one.", "one-two", "two"])
        await life.put(at(`of ${name}`, name), textBytes("other"));
      for (const limit of [1, 7, 25, 1000]) {
        checkListed(life, await listKeys(life, category("one"), { limit, most: keys.length }), keys);
      }
    },
  },
  {
    title: "scan() of a category without entries lists nothing",
    needs: ["scan"],
    async run({ open, at, category }) {
      const life = await open();
      checkListed(life, await listKeys(life, category("one"), { limit: 10, most: 0 }), []);
      await life.put(at("a"), textBytes("value"));
      await life.purge(at("a"));
      await life.put(at("b", "two"), textBytes("value"));
      checkListed(life, await listKeys(life, category("one"), { limit: 10, most: 0 }), []);
    },
  },
  {
    title: "scan() lists odd keys as they were put",
    needs: ["scan"],
    async run({ open, at, category }) {
      const life = await open();
      for (const key of ODD_KEYS) await life.put(at(key), textBytes(key));
      for (const limit of [3, 1000]) {
        checkListed(life, await listKeys(life, category("one"), { limit, most: ODD_KEYS.length }), ODD_KEYS);
      }
    },
  },
  ...[1, 4].map((limit): Check => ({
    title: `scan() in pages of ${limit} lists each key that is there throughout, whatever is put and purged meanwhile`,
    needs: ["scan"],
    async run({ open, at, category }) {
      const life = await open();
      const [kept, doomed, added] = [
        numbered(30, "m kept"),
        [...numbered(30, "a"), ...numbered(30, "z")],
        numbered(30, "n"),
      ];
      const all = [...kept, ...doomed, ...added];
      for (const key of [...kept, ...doomed]) await life.put(at(key), textBytes("old"));
      // More goes than comes, first from before the keys that stay and then from behind them, in whatever order.
      const between = async (page: number): Promise<void> => {
        for (const key of doomed.slice(page * 3, page * 3 + 3)) await life.purge(at(key));
        for (const key of added.slice(page, page + 1)) await life.put(at(key), textBytes("new"));
        for (const key of kept.slice(page, page + 1)) await life.put(at(key), textBytes("new"));
      };
      checkListed(
        life,
        await listKeys(life, category("one"), { limit, most: all.length, between }),
        kept,
        all,
      );
    },
  })),
  {
    title: "scan() ends, although keys are put while it goes on",
    needs: ["scan"],
    async run({ open, at, category }) {
      const life = await open();
      const [first, added] = [numbered(10, "first"), numbered(60, "added")];
      for (const key of first) await life.put(at(key), textBytes("value"));
      const between = async (page: number): Promise<void> => {
        for (const key of added.slice(page * 3, page * 3 + 3)) await life.put(at(key), textBytes("value"));
      };
      const listed = await listKeys(life, category("one"), { limit: 2, most: 70, between });
      checkListed(life, listed, first, [...first, ...added]);
    },
  },
  {
    title: "two scans at once do not disturb each other",
    needs: ["scan"],
    async run({ open, at, category }) {
      const life = await open();
      const keys = numbered(20);
      for (const key of keys) {
        await life.put(at(key), textBytes("value"));
        await life.put(at(key, "two"), textBytes("value"));
      }
      const listings = ["one", "one", "two"].map((name, index) =>
        listKeys(life, category(name), { limit: index + 2, most: 20 }),
      );
      for (const listed of await Promise.all(listings)) checkListed(life, listed, keys);
    },
  },
];
