/** Mistakes about calls that overlap or are given up, about opening and closing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StorageBackend, StoredEntry } from "../../../src/contract/backend.js";
import { replacing } from "./bug.js";
import type { PlantedBug } from "./bug.js";

function never(): Promise<never> {
  return new Promise(() => {
    // Never settles.
  });
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([one, other]));
}

export const BUGS_OF_LIVES: readonly PlantedBug[] = [
  {
    what: "a put writes in two halves",
    plant: (inner) =>
      replacing(inner, {
        put: async (key, entry, call) => {
          const former = (await inner.get(key, call))?.value ?? new Uint8Array(0);
          const middle = entry.value.byteLength >> 1;
          await inner.put(
            key,
            { ...entry, value: joined(entry.value.slice(0, middle), former.slice(middle)) },
            call,
          );
          await sleep(0);
          await inner.put(key, entry, call);
        },
        putMany: undefined as never,
      }),
    breaks: { direct: ["a get() during a put() answers the former entry or the new one, whole"] },
  },
  {
    what: "more than 100 calls at once are refused",
    plant: (inner) => {
      let calls = 0;
      return replacing(inner, {
        put: async (key, entry, call) => {
          if (calls >= 100) throw new Error("No connection left");
          calls += 1;
          await sleep(1);
          await inner.put(key, entry, call);
          calls -= 1;
        },
        putMany: undefined as never,
      });
    },
    breaks: { direct: ["200 calls at once end as they would one after the other"] },
  },
  {
    what: "an aborted call never settles",
    plant: (inner) =>
      replacing(inner, {
        get: async (key, call) => {
          await sleep(0);
          return call.signal.aborted ? never() : inner.get(key, call);
        },
        getMany: undefined as never,
      }),
    breaks: {
      direct: [
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
      ],
    },
  },
  {
    what: "an aborted put says that it was done, and was not",
    plant: (inner) =>
      replacing(inner, {
        put: async (key, entry, call) => {
          await sleep(0);
          if (!call.signal.aborted) await inner.put(key, entry, call);
        },
        putMany: undefined as never,
      }),
    breaks: {
      direct: [
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
      ],
    },
  },
  {
    what: "an aborted put removes what was there",
    plant: (inner) =>
      replacing(inner, {
        put: async (key, entry, call) => {
          await inner.purge(key, call);
          await sleep(0);
          call.signal.throwIfAborted();
          await inner.put(key, entry, call);
        },
        putMany: undefined as never,
      }),
    breaks: {
      direct: [
        "scan() in pages of 1 lists each key that is there throughout, whatever is put and purged meanwhile",
        "scan() in pages of 4 lists each key that is there throughout, whatever is put and purged meanwhile",
        "a get() during a put() answers the former entry or the new one, whole",
        "a call whose signal has aborted before it began settles, and is done or not done",
        "a call whose signal aborts while it runs settles, and is done or not done",
      ],
    },
  },
  {
    what: "a call after its deadline never settles",
    plant: (inner) =>
      replacing(inner, {
        purge: (key, call) => (call.deadline < Date.now() ? never() : inner.purge(key, call)),
        purgeMany: undefined as never,
      }),
    breaks: { direct: ["a call whose deadline has passed settles, and is done or not done"] },
  },
  {
    what: "ping fails",
    plant: (inner) =>
      replacing(inner, {
        ping: () => {
          throw new Error("Unknown command PING");
        },
      }),
    breaks: { direct: ["ping() succeeds"] },
  },
  {
    what: "own writes are reported as changes by others",
    plant: (inner, { invalidate }) =>
      replacing(inner, {
        put: async (key, entry, call) => {
          await inner.put(key, entry, call);
          invalidate([key]);
        },
      }),
    breaks: { direct: ["changes the host makes are not told to it as somebody else's"] },
  },
  {
    what: "close fails",
    plant: (inner) =>
      replacing(inner, {
        close: async () => {
          await inner.close?.();
          throw new Error("Not connected");
        },
      }),
    breaks: {
      direct: [
        "close() succeeds, after calls and without any",
        "close() ends while calls are under way, and they settle",
        "the next life begins with nothing, or with what was stored",
      ],
    },
  },
  {
    what: "close leaves calls that are under way unsettled",
    plant: (inner) => {
      let isClosed = false;
      return replacing(inner, {
        get: async (key, call) => {
          await sleep(1);
          return isClosed ? never() : inner.get(key, call);
        },
        close: () => {
          isClosed = true;
          return inner.close?.();
        },
      });
    },
    breaks: { direct: ["close() ends while calls are under way, and they settle"] },
  },
  {
    what: "a required method is missing",
    plant: (inner) => replacing(inner, { purge: undefined as never }),
    breaks: { direct: "all" },
  },
  {
    what: "an optional method is no function",
    plant: (inner) => replacing(inner, { ping: true as never }),
    breaks: { direct: "all" },
  },
  {
    what: "the backend cannot be opened",
    plant: () => {
      throw new Error("ECONNREFUSED");
    },
    breaks: { direct: "all" },
  },
  {
    what: "what is stored is in memory only, and the suite was not told",
    promises: {},
    plant: (inner) => inner,
    breaks: {
      direct: ["what was stored is there for the next life, and what was purged is not"],
    },
  },
  {
    what: "a purge is forgotten by the next life",
    base: "file",
    plant: (inner) => {
      const purged = new Set<string>();
      const isGone = (key: object): boolean => purged.has(JSON.stringify(key));
      return replacing(inner, {
        get: (key, call) => (isGone(key) ? undefined : inner.get(key, call)),
        getMany: undefined as never,
        put: (key, entry, call) => {
          purged.delete(JSON.stringify(key));
          return inner.put(key, entry, call);
        },
        putMany: undefined as never,
        purge: (key) => void purged.add(JSON.stringify(key)),
        purgeMany: undefined as never,
        scan: async (query, call) => {
          const page = await inner.scan?.(query, call);
          const { category } = query;
          return { ...page, keys: (page?.keys ?? []).filter((key) => !isGone({ category, key })) };
        },
      });
    },
    breaks: { direct: ["what was stored is there for the next life, and what was purged is not"] },
  },
  {
    what: "writes are acknowledged before they are done, and dropped at the end of a life",
    base: "file",
    plant: (inner) => {
      const waiting = new Map<string, [key: Parameters<StorageBackend["get"]>[0], entry: StoredEntry]>();
      return replacing(inner, {
        get: (key, call) => {
          const entry = waiting.get(JSON.stringify(key))?.[1];
          return entry === undefined ? inner.get(key, call) : { ...entry, value: entry.value.slice() };
        },
        getMany: undefined as never,
        put: (key, entry) => void waiting.set(JSON.stringify(key), [key, entry]),
        putMany: undefined as never,
        purge: (key, call) => {
          waiting.delete(JSON.stringify(key));
          return inner.purge(key, call);
        },
        purgeMany: undefined as never,
        scan: async (query, call) => {
          for (const [key, entry] of waiting.values()) await inner.put(key, entry, call);
          waiting.clear();
          return (await inner.scan?.(query, call)) ?? { keys: [] };
        },
        clear: async (category, call) => {
          for (const [id, [key]] of waiting) if (key.category === category) waiting.delete(id);
          await inner.clear?.(category, call);
        },
      });
    },
    breaks: {
      direct: ["what was stored is there for the next life, and what was purged is not"],
      faults: "all",
    },
  },
];
