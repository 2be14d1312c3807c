/** Mistakes about keys, categories, purges and calls for several keys. */
import type { EntryKey, StorageBackend } from "../../../src/contract/backend.js";
import { replacing } from "./bug.js";
import type { PlantedBug } from "./bug.js";

/** With every key changed on its way in, and listed as it then is. */
function keying(change: (key: EntryKey) => EntryKey): PlantedBug["plant"] {
  return (inner) =>
    replacing(inner, {
      get: (key, call) => inner.get(change(key), call),
      put: (key, entry, call) => inner.put(change(key), entry, call),
      purge: (key, call) => inner.purge(change(key), call),
      getMany: undefined as never,
      putMany: undefined as never,
      purgeMany: undefined as never,
    });
}

function keyText(change: (key: string) => string): PlantedBug["plant"] {
  return keying((each) => ({ category: each.category, key: change(each.key) }));
}

export const BUGS_OF_KEYS: readonly PlantedBug[] = [
  {
    what: "keys are the same in upper and lower case",
    plant: keyText((text) => text.toLowerCase()),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
        "scan() lists odd keys as they were put",
      ],
      hosted: [
        "odd keys are keys like any other, each with an entry of its own",
        "scan() lists odd keys as they were put",
      ],
    },
  },
  {
    what: "keys are trimmed",
    plant: keyText((text) => text.trim() || " "),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
        "scan() lists odd keys as they were put",
      ],
    },
  },
  {
    what: "keys are normalised",
    plant: keyText((text) => text.normalize("NFC")),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
        "scan() lists odd keys as they were put",
      ],
    },
  },
  {
    what: "keys end at the first NUL",
    plant: keyText((text) => text.split("\0")[0] || "\0"),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
        "scan() lists odd keys as they were put",
      ],
    },
  },
  {
    what: "keys are cut at 255 characters",
    plant: keyText((text) => text.slice(0, 255)),
    breaks: { direct: ["keys of up to 1,024 bytes are told apart to their last character"] },
  },
  {
    what: "keys of more than 512 bytes are refused",
    plant: keyText((text) => {
      if (Buffer.byteLength(text) > 512) throw new RangeError("Key too long");
      return text;
    }),
    breaks: { direct: ["keys of up to 1,024 bytes are told apart to their last character"] },
  },
  {
    what: "keys are resolved as paths",
    plant: keyText((text) => new URL(`file:///${encodeURI(text)}`).pathname),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
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
    what: "category and key are joined without a separator that neither can hold",
    plant: keying(({ category, key: text }) => ({ category: "all", key: `${category}.${text}` })),
    breaks: {
      direct: [
        "a category and its keys never run into another's",
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
        "clear() removes every entry of its category, odd keys included, and of no other",
        "what is put after clear() stays",
      ],
    },
  },
  {
    what: "keys are properties of a plain object",
    plant: (inner) => {
      const categories = new Map<string, Record<string, unknown>>();
      return replacing(inner, {
        get: ({ category, key: text }) => (categories.get(category) ?? {})[text] as never,
        put: ({ category, key: text }, entry) => {
          const entries = categories.get(category) ?? {};
          entries[text] = { ...entry, value: entry.value.slice() };
          categories.set(category, entries);
        },
        purge: ({ category, key: text }) => void delete categories.get(category)?.[text],
        getMany: undefined as never,
        putMany: undefined as never,
        purgeMany: undefined as never,
        scan: ({ category }) => ({ keys: Object.keys(categories.get(category) ?? {}) }),
        clear: (category) => void categories.delete(category),
      });
    },
    breaks: {
      direct: [
        "what get() and getMany() answered is the host's to write to",
        "odd keys are keys like any other, each with an entry of its own",
        "scan() lists the keys of its category and of no other, whatever the limit",
        "scan() lists odd keys as they were put",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() ends, although keys are put while it goes on",
        "two scans at once do not disturb each other",
        "clear() removes every entry of its category, odd keys included, and of no other",
      ],
    },
  },
  {
    what: "a category whose name begins with an underscore is refused",
    plant: keying((each) => {
      if (each.category.startsWith("_")) throw new Error("Reserved");
      return each;
    }),
    breaks: { direct: ["the host's own category, _stockpile, is one like any other"] },
  },
  {
    what: "purging an absent key fails",
    plant: (inner) =>
      replacing(inner, {
        purge: async (each, call) => {
          if ((await inner.get(each, call)) === undefined) throw new Error("No such entry");
          await inner.purge(each, call);
        },
        purgeMany: undefined as never,
      }),
    breaks: {
      direct: [
        "after its time an entry is whole or gone, and can be replaced and purged",
        "purge() of an absent key succeeds",
        "purgeMany() removes every entry named and no other, absent keys included",
      ],
    },
  },
  {
    what: "purging does nothing",
    plant: (inner) => replacing(inner, { purge: () => {}, purgeMany: () => {} }),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
        "keys of up to 1,024 bytes are told apart to their last character",
        "a category and its keys never run into another's",
        "the host's own category, _stockpile, is one like any other",
        "purge() removes the entry, and no other",
        "a key that was purged can be put again",
        "purgeMany() removes every entry named and no other, absent keys included",
        "calls for several keys may name several categories",
        "scan() of a category without entries lists nothing",
        "200 calls at once end as they would one after the other",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
        "a call whose deadline has passed settles, and is done or not done",
      ],
    },
  },
  {
    what: "purging a key clears its category",
    plant: (inner) =>
      replacing(inner, {
        purge: ({ category }, call) => inner.clear?.(category, call),
        purgeMany: undefined as never,
      }),
    breaks: {
      direct: [
        "odd keys are keys like any other, each with an entry of its own",
        "keys of up to 1,024 bytes are told apart to their last character",
        "a category and its keys never run into another's",
        "purge() removes the entry, and no other",
        "purgeMany() removes every entry named and no other, absent keys included",
        "calls for several keys may name several categories",
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "200 calls at once end as they would one after the other",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
        "a call whose deadline has passed settles, and is done or not done",
      ],
    },
  },
  {
    what: "a purged key cannot be put again",
    plant: (inner) => {
      const gone = new Set<string>();
      return replacing(inner, {
        purge: (each, call) => {
          gone.add(JSON.stringify(each));
          return inner.purge(each, call);
        },
        put: (each, entry, call) =>
          gone.has(JSON.stringify(each)) ? undefined : inner.put(each, entry, call),
        putMany: undefined as never,
      });
    },
    breaks: { direct: ["a key that was purged can be put again"] },
  },
  {
    what: "getMany leaves absent keys out",
    plant: (inner) =>
      replacing(inner, {
        getMany: async (keys, call) =>
          (await getAll(inner, keys, call)).filter((entry) => entry !== undefined),
      }),
    breaks: {
      direct: [
        "an empty value is an entry",
        "after its time an entry is whole or gone, and can be replaced and purged",
        "getMany() answers one result per key in the order of the keys, repeated and absent ones included",
        "purgeMany() removes every entry named and no other, absent keys included",
        "calls for several keys may name several categories",
      ],
    },
  },
  {
    what: "getMany answers in the order of its store",
    plant: (inner) =>
      replacing(inner, {
        getMany: (keys, call) =>
          getAll(
            inner,
            keys.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
            call,
          ),
      }),
    breaks: {
      direct: [
        "getMany() answers one result per key in the order of the keys, repeated and absent ones included",
        "putMany() stores every entry in place of any other",
        "purgeMany() removes every entry named and no other, absent keys included",
        "calls for several keys may name several categories",
      ],
    },
  },
  {
    what: "getMany answers a repeated key once",
    plant: (inner) =>
      replacing(inner, {
        getMany: (keys, call) =>
          getAll(
            inner,
            keys.filter(
              ({ category, key: text }, index) =>
                keys.findIndex((each) => each.category === category && each.key === text) === index,
            ),
            call,
          ),
      }),
    breaks: {
      direct: [
        "getMany() answers one result per key in the order of the keys, repeated and absent ones included",
      ],
    },
  },
  {
    what: "getMany takes all keys to be of the category of the first",
    plant: (inner) =>
      replacing(inner, {
        getMany: (keys, call) =>
          getAll(
            inner,
            keys.map(({ key: text }) => ({ category: keys[0]?.category ?? "", key: text })),
            call,
          ),
      }),
    breaks: { direct: ["calls for several keys may name several categories"] },
  },
  {
    what: "calls for no keys fail",
    plant: (inner) =>
      replacing(inner, {
        getMany: (keys, call) => {
          if (keys.length === 0) throw new Error("wrong number of arguments");
          return getAll(inner, keys, call);
        },
      }),
    breaks: { direct: ["calls for no keys at all succeed"] },
  },
  {
    what: "putMany stores the first ten",
    plant: (inner) =>
      replacing(inner, {
        putMany: async (entries, call) => {
          for (const [each, entry] of entries.slice(0, 10)) await inner.put(each, entry, call);
        },
      }),
    breaks: {
      direct: [
        "putMany() stores every entry in place of any other",
        "purgeMany() removes every entry named and no other, absent keys included",
      ],
    },
  },
  {
    what: "putMany keeps what is there",
    plant: (inner) =>
      replacing(inner, {
        putMany: async (entries, call) => {
          for (const [each, entry] of entries)
            if ((await inner.get(each, call)) === undefined) await inner.put(each, entry, call);
        },
      }),
    breaks: { direct: ["putMany() stores every entry in place of any other"] },
  },
  {
    what: "purgeMany ends at the first absent key",
    plant: (inner) =>
      replacing(inner, {
        purgeMany: async (keys, call) => {
          for (const each of keys) {
            if ((await inner.get(each, call)) === undefined) return;
            await inner.purge(each, call);
          }
        },
      }),
    breaks: { direct: ["purgeMany() removes every entry named and no other, absent keys included"] },
  },
];

function getAll(
  inner: StorageBackend,
  keys: readonly EntryKey[],
  call: Parameters<StorageBackend["get"]>[1],
): Promise<Awaited<ReturnType<StorageBackend["get"]>>[]> {
  return Promise.all(keys.map(async (key) => inner.get(key, call)));
}
