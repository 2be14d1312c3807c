/** Mistakes about what is stored under a key. */
import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { replacing } from "./bug.js";
import type { PlantedBug } from "./bug.js";

/** With another entry put in place of the one that was to be. */
function storing(change: (entry: StoredEntry) => StoredEntry): PlantedBug["plant"] {
  return (inner) =>
    replacing(inner, {
      put: (key, entry, call) => inner.put(key, change(entry), call),
      putMany: (entries, call) => each(entries, ([key, entry]) => inner.put(key, change(entry), call)),
    });
}

/** With another answer to a get. */
function answering(change: (entry: StoredEntry | undefined) => unknown): PlantedBug["plant"] {
  return (inner) =>
    replacing(inner, {
      // The cast stands for what a plugin without types can answer.
      get: async (key, call) => change(await inner.get(key, call)) as StoredEntry,
      getMany: (keys, call) =>
        Promise.all(keys.map(async (key) => change(await inner.get(key, call)) as StoredEntry)),
    });
}

async function each<T>(items: readonly T[], run: (item: T) => unknown): Promise<void> {
  for (const item of items) await run(item);
}

function id({ category, key }: EntryKey): string {
  return JSON.stringify([category, key]);
}

export const BUGS_OF_VALUES: readonly PlantedBug[] = [
  {
    what: "null is answered for an absent entry",
    plant: answering((entry) => entry ?? null),
    breaks: {
      direct: [
        "get() answers undefined for a key that was never put",
        "an empty value is an entry",
        "odd keys are keys like any other, each with an entry of its own",
        "keys of up to 1,024 bytes are told apart to their last character",
        "a category and its keys never run into another's",
        "the host's own category, _stockpile, is one like any other",
        "after its time an entry is whole or gone, and can be replaced and purged",
        "put() of an entry whose time has passed replaces the one before all the same",
        "purge() removes the entry, and no other",
        "a key that was purged can be put again",
        "getMany() answers one result per key in the order of the keys, repeated and absent ones included",
        "purgeMany() removes every entry named and no other, absent keys included",
        "calls for several keys may name several categories",
        "clear() removes every entry of its category, odd keys included, and of no other",
        "what is put after clear() stays",
        "200 calls at once end as they would one after the other",
        "of several writes of one key at once one remains, whole",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
        "a call whose deadline has passed settles, and is done or not done",
        "close() succeeds, after calls and without any",
        "the next life begins with nothing, or with what was stored",
      ],
      hosted: [
        "get() answers undefined for a key that was never put",
        "an empty value is an entry",
        "odd keys are keys like any other, each with an entry of its own",
        "keys of up to 1,024 bytes are told apart to their last character",
        "a category and its keys never run into another's",
        "purge() removes the entry, and no other",
        "a key that was purged can be put again",
        "getMany() answers one result per key in the order of the keys, repeated and absent ones included",
        "purgeMany() removes every entry named and no other, absent keys included",
        "clear() removes every entry of its category, odd keys included, and of no other",
        "what is put after clear() stays",
        "200 calls at once end as they would one after the other",
        "close() succeeds, after calls and without any",
        "the next life begins with nothing, or with what was stored",
      ],
    },
  },
  {
    what: "values are answered as text",
    plant: answering((entry) => entry && { value: Buffer.from(entry.value).toString("latin1") }),
    breaks: {
      direct: {
        allBut: [
          "get() answers undefined for a key that was never put",
          "purge() of an absent key succeeds",
          "calls for no keys at all succeed",
          "scan() lists the keys of its category and of no other, whatever the limit",
          "scan() of a category without entries lists nothing",
          "scan() lists odd keys as they were put",
          "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
          "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
          "scan() ends, although keys are put while it goes on",
          "two scans at once do not disturb each other",
          "clear() of a category without entries succeeds",
          "ping() succeeds",
          "changes the host makes are not told to it as somebody else's",
          "close() succeeds, after calls and without any",
          "close() ends while calls are under way, and they settle",
        ],
      },
    },
  },
  {
    what: "the value is answered without an entry around it",
    plant: answering((entry) => entry?.value),
    breaks: {
      direct: {
        allBut: [
          "get() answers undefined for a key that was never put",
          "purge() of an absent key succeeds",
          "calls for no keys at all succeed",
          "scan() lists the keys of its category and of no other, whatever the limit",
          "scan() of a category without entries lists nothing",
          "scan() lists odd keys as they were put",
          "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
          "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
          "scan() ends, although keys are put while it goes on",
          "two scans at once do not disturb each other",
          "clear() of a category without entries succeeds",
          "ping() succeeds",
          "changes the host makes are not told to it as somebody else's",
          "close() succeeds, after calls and without any",
          "close() ends while calls are under way, and they settle",
        ],
      },
    },
  },
  {
    what: "an empty value counts as none",
    plant: answering((entry) => (entry !== undefined && entry.value.byteLength > 0 ? entry : undefined)),
    breaks: {
      direct: [
        "put() replaces the value under the key, by longer, shorter and empty ones",
        "an empty value is an entry",
        "of a value that is a part of a larger array only the part is stored",
      ],
    },
  },
  {
    what: "values are stored as UTF-8 text",
    plant: storing((entry) => ({
      ...entry,
      value: new TextEncoder().encode(new TextDecoder().decode(entry.value)),
    })),
    breaks: {
      direct: [
        "put() replaces the value under the key, by longer, shorter and empty ones",
        "values come back byte for byte, whatever bytes they are",
        "values of the largest size come back whole",
        "of a value that is a part of a larger array only the part is stored",
        "what get() and getMany() answered is the host's to write to",
        "a get() during a put() answers the former entry or the new one, whole",
        "of several writes of one key at once one remains, whole",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
        "a call whose deadline has passed settles, and is done or not done",
      ],
    },
  },
  {
    what: "values are cut at 64 KiB",
    plant: storing((entry) => ({ ...entry, value: entry.value.slice(0, 65_536) })),
    breaks: {
      direct: [
        "values come back byte for byte, whatever bytes they are",
        "values of the largest size come back whole",
        "a get() during a put() answers the former entry or the new one, whole",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
        "a call whose deadline has passed settles, and is done or not done",
      ],
    },
  },
  {
    what: "values of more than 1 MiB are refused",
    plant: storing((entry) => {
      if (entry.value.byteLength > 1_048_576) throw new RangeError("Too large");
      return entry;
    }),
    breaks: { direct: ["values of the largest size come back whole"] },
  },
  {
    what: "the whole array buffer of a value is stored",
    plant: storing((entry) => ({ ...entry, value: new Uint8Array(entry.value.buffer.slice(0)) })),
    breaks: { direct: ["of a value that is a part of a larger array only the part is stored"] },
  },
  {
    what: "what is stored is handed out itself",
    plant: (inner) => {
      const entries = new Map<string, StoredEntry>();
      return replacing(inner, {
        async get(key, call) {
          const entry = await inner.get(key, call);
          const kept = entries.get(id(key));
          return entry === undefined ? undefined : (kept ?? entry);
        },
        getMany: (keys) => keys.map((key) => entries.get(id(key))),
        put(key, entry, call) {
          entries.set(id(key), entry);
          return inner.put(key, { ...entry, value: entry.value.slice() }, call);
        },
        purge(key, call) {
          entries.delete(id(key));
          return inner.purge(key, call);
        },
        putMany: undefined as never,
        purgeMany: undefined as never,
        clear: async (category, call) => {
          for (const key of entries.keys()) if (key.startsWith(`["${category}",`)) entries.delete(key);
          await inner.clear?.(category, call);
        },
      });
    },
    breaks: {
      direct: [
        "what get() and getMany() answered is the host's to write to",
        "after its time an entry is whole or gone, and can be replaced and purged",
      ],
    },
  },
  {
    what: "the first put of a key wins",
    plant: (inner) =>
      replacing(inner, {
        put: async (key, entry, call) => {
          if ((await inner.get(key, call)) === undefined) await inner.put(key, entry, call);
        },
      }),
    breaks: {
      direct: [
        "put() replaces the value under the key, by longer, shorter and empty ones",
        "values of the largest size come back whole",
        "what get() and getMany() answered is the host's to write to",
        "put() replaces the time of expiry as well as the value",
        "put() of an entry whose time has passed replaces the one before all the same",
        "putMany() stores every entry in place of any other",
        "200 calls at once end as they would one after the other",
        "a get() during a put() answers the former entry or the new one, whole",
        "of several writes of one key at once one remains, whole",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
        "a call whose deadline has passed settles, and is done or not done",
      ],
    },
  },
  {
    what: "a put keeps the time of expiry of the entry before",
    plant: (inner) => {
      const times = new Map<string, number>();
      return replacing(inner, {
        put: (key, entry, call) => {
          const expiresAt = times.get(id(key)) ?? entry.expiresAt;
          if (expiresAt !== undefined) times.set(id(key), expiresAt);
          return inner.put(
            key,
            { value: entry.value, ...(expiresAt === undefined ? {} : { expiresAt }) },
            call,
          );
        },
      });
    },
    breaks: {
      direct: [
        "get() answers no other expiresAt than the one that was put",
        "after its time an entry is whole or gone, and can be replaced and purged",
        "put() replaces the time of expiry as well as the value",
        "put() of an entry whose time has passed replaces the one before all the same",
      ],
    },
  },
  {
    what: "a time of expiry is rounded to seconds",
    plant: storing(({ value, expiresAt }) =>
      expiresAt === undefined ? { value } : { value, expiresAt: Math.round(expiresAt / 1000) * 1000 },
    ),
    breaks: { direct: ["get() answers no other expiresAt than the one that was put"] },
  },
  {
    what: "a time of expiry that is no integer is refused",
    plant: storing((entry) => {
      if (entry.expiresAt !== undefined && !Number.isInteger(entry.expiresAt))
        throw new Error("value is not an integer or out of range");
      return entry;
    }),
    breaks: { direct: ["get() answers no other expiresAt than the one that was put"] },
  },
  {
    what: "an entry without a time of expiry is given one",
    plant: storing(({ value, expiresAt }) => ({ value, expiresAt: expiresAt ?? Date.now() + 86_400_000 })),
    breaks: { direct: ["get() answers no other expiresAt than the one that was put"] },
  },
  {
    what: "entries are dropped by timers, which take no more than 24 days",
    plant: (inner) =>
      replacing(inner, {
        put: async (key, entry, call) => {
          await inner.put(key, entry, call);
          if (entry.expiresAt === undefined) return;
          const delay = entry.expiresAt - Date.now();
          setTimeout(() => void inner.purge(key, call), delay > 2_147_483_647 ? 1 : delay).unref();
        },
      }),
    breaks: {
      direct: [
        "an entry is there until its time, however far that is",
        "put() replaces the time of expiry as well as the value",
      ],
    },
  },
  {
    what: "an entry that has expired is answered without its value",
    plant: (inner) => {
      const times = new Map<string, number>();
      return replacing(inner, {
        get: (key, call) =>
          (times.get(id(key)) ?? Infinity) < Date.now() ? { value: new Uint8Array(0) } : inner.get(key, call),
        put: (key, entry, call) => {
          times.set(id(key), entry.expiresAt ?? Infinity);
          return inner.put(key, entry, call);
        },
        purge: (key, call) => {
          times.delete(id(key));
          return inner.purge(key, call);
        },
        getMany: undefined as never,
      });
    },
    breaks: {
      direct: [
        "after its time an entry is whole or gone, and can be replaced and purged",
        "put() of an entry whose time has passed replaces the one before all the same",
      ],
    },
  },
  {
    what: "a put of an entry that has expired does nothing",
    plant: (inner) =>
      replacing(inner, {
        put: (key, entry, call) =>
          (entry.expiresAt ?? Infinity) < Date.now() ? undefined : inner.put(key, entry, call),
      }),
    breaks: { direct: ["put() of an entry whose time has passed replaces the one before all the same"] },
  },
] satisfies readonly PlantedBug[];
