import type { NearCache } from "./near-cache.js";

/** Longer than any run. */
const TTL_MS = 600_000;

export interface NearContender {
  readonly name: string;
  /** The npm package that the name begins with, and whose version is shown; ours has none. */
  readonly package?: string;
  /** Which of its methods is measured: the one that is awaited, or the one that answers at once. */
  readonly call: "get" | "peek";
  /** Loads the package, so that a process holds the code of one contender only, and opens a cache for so many entries. */
  readonly open: (maxEntries: number) => Promise<NearCache>;
}

/** What the process that measures one is told. */
export type NearId =
  | "cacheManager"
  | "ours"
  | "keyv"
  | "plainKeyv"
  | "cacheable"
  | "plainCacheable"
  | "bentocache"
  | "plainBentocache"
  | "unstorage"
  | "lruCache"
  | "peek";

/** Each with the configuration its documentation recommends for memory; both, where a default costs much. */
export const NEAR_CONTENDERS: Readonly<Record<NearId, NearContender>> = {
  cacheManager: {
    name: "cache-manager",
    package: "cache-manager",
    call: "get",
    open: async () => (await import("./cache-manager.js")).cacheManager(TTL_MS),
  },
  ours: {
    name: "Stockpile, get",
    call: "get",
    open: async (maxEntries) => (await import("./stockpile.js")).stockpile(TTL_MS, maxEntries),
  },
  keyv: {
    name: "keyv",
    package: "keyv",
    call: "get",
    open: async () => (await import("./keyv.js")).keyv(TTL_MS, "json"),
  },
  plainKeyv: {
    name: "keyv, no serialization",
    package: "keyv",
    call: "get",
    open: async () => (await import("./keyv.js")).keyv(TTL_MS, "none"),
  },
  cacheable: {
    name: "cacheable",
    package: "cacheable",
    call: "get",
    open: async (maxEntries) =>
      (await import("./cacheable.js")).cacheable(TTL_MS, { maxEntries, useClone: true }),
  },
  plainCacheable: {
    name: "cacheable, no clones",
    package: "cacheable",
    call: "get",
    open: async (maxEntries) =>
      (await import("./cacheable.js")).cacheable(TTL_MS, { maxEntries, useClone: false }),
  },
  bentocache: {
    name: "bentocache",
    package: "bentocache",
    call: "get",
    open: async (maxEntries) =>
      (await import("./bentocache.js")).bentocache(TTL_MS, { maxEntries, serialize: true }),
  },
  plainBentocache: {
    name: "bentocache, serialize: false",
    package: "bentocache",
    call: "get",
    open: async (maxEntries) =>
      (await import("./bentocache.js")).bentocache(TTL_MS, { maxEntries, serialize: false }),
  },
  unstorage: {
    name: "unstorage, no ttl",
    package: "unstorage",
    call: "get",
    open: async () => (await import("./unstorage.js")).unstorage(),
  },
  lruCache: {
    name: "lru-cache, get",
    package: "lru-cache",
    call: "peek",
    open: async (maxEntries) => (await import("./lru-cache.js")).lruCache(TTL_MS, maxEntries),
  },
  peek: {
    name: "Stockpile, peek",
    call: "peek",
    open: async (maxEntries) => (await import("./stockpile.js")).stockpile(TTL_MS, maxEntries),
  },
};
