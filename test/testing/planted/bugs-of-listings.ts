/** Mistakes about listing and clearing. */
import type { ScanPage, ScanQuery, StorageBackend } from "../../../src/contract/backend.js";
import { replacing } from "./bug.js";
import type { PlantedBug } from "./bug.js";

/** With another way to list, given all keys of the category there are, sorted. */
function listing(scan: (keys: readonly string[], query: ScanQuery) => ScanPage): PlantedBug["plant"] {
  return (inner) =>
    replacing(inner, {
      scan: async (query, call) => scan(await allKeys(inner, query.category, call), query),
    });
}

async function allKeys(
  inner: StorageBackend,
  category: string,
  call: Parameters<StorageBackend["get"]>[1],
): Promise<string[]> {
  const page = await inner.scan?.({ category, limit: 10_000 }, call);
  return [...(page?.keys ?? [])].toSorted();
}

/** With the names of all categories that were put to. */
function knowing(
  plant: (inner: StorageBackend, categories: ReadonlySet<string>) => StorageBackend,
): PlantedBug["plant"] {
  return (inner) => {
    const categories = new Set<string>();
    return plant(
      replacing(inner, {
        put: (key, entry, call) => {
          categories.add(key.category);
          return inner.put(key, entry, call);
        },
      }),
      categories,
    );
  };
}

export const BUGS_OF_LISTINGS: readonly PlantedBug[] = [
  {
    what: "a page may be longer than its limit",
    plant: listing((keys) => ({ keys })),
    breaks: {
      direct: [
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
      ],
    },
  },
  {
    what: "the last page has a cursor",
    plant: listing((keys, { cursor = "", limit }) => {
      const rest = keys.filter((key) => key > cursor).slice(0, limit);
      return { keys: rest, cursor: rest.at(-1) ?? cursor };
    }),
    breaks: {
      direct: [
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() of a category without entries lists nothing",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
      ],
    },
  },
  {
    what: "a listing begins anew at each page",
    plant: listing((keys, { limit }) =>
      keys.length > limit ? { keys: keys.slice(0, limit), cursor: "next" } : { keys },
    ),
    breaks: {
      direct: [
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
      ],
    },
  },
  {
    what: "a cursor counts keys, so that one is passed over where another is purged",
    plant: listing((keys, { cursor = "0", limit }) => {
      const end = Number(cursor) + limit;
      return { keys: keys.slice(Number(cursor), end), ...(end < keys.length ? { cursor: `${end}` } : {}) };
    }),
    breaks: {
      direct: [
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
      ],
    },
  },
  {
    what: "a page ends before its limit as if it were the last",
    plant: listing((keys, { limit }) => ({ keys: keys.slice(0, limit) })),
    breaks: {
      direct: [
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
      ],
    },
  },
  {
    what: "one listing ends another",
    plant: (inner) => {
      let current = 0;
      return replacing(inner, {
        scan: async (query, call) => {
          if (query.cursor === undefined) current += 1;
          const [own = `${current}`, cursor] = query.cursor?.split("/") ?? [];
          if (own !== `${current}`) return { keys: [] };
          const page = await inner.scan?.({ ...query, ...(cursor === undefined ? {} : { cursor }) }, call);
          if (page?.cursor === undefined) return page ?? { keys: [] };
          return { keys: page.keys, cursor: `${own}/${page.cursor}` };
        },
      });
    },
    breaks: { direct: ["two scans at once do not disturb each other"] },
  },
  {
    what: "keys are listed that were purged",
    plant: (inner) => {
      const keys = new Map<string, Set<string>>();
      return replacing(inner, {
        put: (key, entry, call) => {
          keys.set(key.category, (keys.get(key.category) ?? new Set()).add(key.key));
          return inner.put(key, entry, call);
        },
        scan: ({ category, cursor = "", limit }) => {
          const rest = [...(keys.get(category) ?? [])].filter((key) => key > cursor).toSorted();
          const page = rest.slice(0, limit);
          return { keys: page, ...(rest.length > limit ? { cursor: page.at(-1) ?? "" } : {}) };
        },
      });
    },
    breaks: { direct: ["scan() of a category without entries lists nothing"] },
  },
  {
    what: "keys are listed as they are escaped",
    plant: (inner) =>
      replacing(inner, {
        scan: async (query, call) => {
          const page = await inner.scan?.(query, call);
          return {
            ...page,
            keys: (page?.keys ?? []).map((key) => encodeURIComponent(key).replaceAll("%20", " ")),
          };
        },
      }),
    breaks: { direct: ["scan() lists odd keys as they were put"] },
  },
  {
    what: "the keys of every category that begins so are listed",
    plant: knowing((inner, categories) =>
      replacing(inner, {
        scan: async ({ category, cursor = "", limit }, call) => {
          const names = [...categories].filter((name) => name.startsWith(category));
          const keys = (await Promise.all(names.map((name) => allKeys(inner, name, call)))).flat();
          const rest = [...new Set(keys)].filter((key) => key > cursor).toSorted();
          const page = rest.slice(0, limit);
          return { keys: page, ...(rest.length > limit ? { cursor: page.at(-1) ?? "" } : {}) };
        },
      }),
    ),
    breaks: { direct: ["scan() lists the keys of its category and of no other, whatever the limit"] },
  },
  {
    what: "there is no scan, and the suite was not told",
    plant: (inner) => replacing(inner, { scan: undefined as never }),
    breaks: {
      direct: [
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() of a category without entries lists nothing",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
      ],
    },
  },
  {
    what: "every category that begins so is cleared",
    plant: knowing((inner, categories) =>
      replacing(inner, {
        clear: async (category, call) => {
          for (const name of categories) if (name.startsWith(category)) await inner.clear?.(name, call);
        },
      }),
    ),
    breaks: {
      direct: ["clear() removes every entry of its category, odd keys included, and of no other"],
    },
  },
  {
    what: "clearing a category clears all",
    plant: knowing((inner, categories) =>
      replacing(inner, {
        clear: async (_category, call) => {
          for (const name of categories) await inner.clear?.(name, call);
        },
      }),
    ),
    breaks: { direct: ["clear() removes every entry of its category, odd keys included, and of no other"] },
  },
  {
    what: "clearing a category that has nothing fails",
    plant: knowing((inner, categories) =>
      replacing(inner, {
        clear: async (category, call) => {
          if (!categories.has(category)) throw new Error("No such table");
          await inner.clear?.(category, call);
        },
      }),
    ),
    breaks: { direct: ["clear() of a category without entries succeeds"] },
  },
  {
    what: "clear leaves the first page",
    plant: (inner) =>
      replacing(inner, {
        clear: async (category, call) => {
          for (const key of (await allKeys(inner, category, call)).slice(0, 10))
            await inner.purge({ category, key }, call);
        },
      }),
    breaks: { direct: ["clear() removes every entry of its category, odd keys included, and of no other"] },
  },
  {
    what: "what is put right after a clear goes with it",
    plant: (inner) => {
      let clearLater: (() => unknown) | undefined;
      return replacing(inner, {
        clear: (category, call) => void (clearLater = () => inner.clear?.(category, call)),
        get: async (key, call) => {
          await clearLater?.();
          clearLater = undefined;
          return inner.get(key, call);
        },
      });
    },
    breaks: { direct: ["what is put after clear() stays"] },
  },
];
