import type { Sufferer } from "./sufferer.js";

/** How long a backend may take, in ms, wherever a cache can be told anything of the kind. */
export const LIMIT_MS = 200;

/** After this long, in ms, nobody waits for an answer any more. */
export const PATIENCE_MS = 3_000;

/** What the process that suffers a fault is told. */
export type SuffererId =
  | "cacheManager"
  | "nonBlockingCacheManager"
  | "keyv"
  | "cacheable"
  | "nonBlockingCacheable"
  | "bentocache"
  | "limitedBentocache"
  | "unstorage"
  | "lruCache"
  | "limitedLruCache"
  | "ours";

export const SUFFERERS: Readonly<Record<SuffererId, Sufferer>> = {
  cacheManager: {
    name: "cache-manager, wrap",
    package: "cache-manager",
    open: async (fault) => (await import("./cache-manager.js")).cacheManager(fault, false),
  },
  nonBlockingCacheManager: {
    name: "cache-manager, wrap, nonBlocking",
    package: "cache-manager",
    open: async (fault) => (await import("./cache-manager.js")).cacheManager(fault, true),
  },
  keyv: {
    name: "keyv, get",
    package: "keyv",
    open: async (fault) => (await import("./keyv.js")).keyv(fault),
  },
  cacheable: {
    name: "cacheable, getOrSet",
    package: "cacheable",
    open: async (fault) => (await import("./cacheable.js")).cacheable(fault, false),
  },
  nonBlockingCacheable: {
    name: "cacheable, getOrSet, nonBlocking",
    package: "cacheable",
    open: async (fault) => (await import("./cacheable.js")).cacheable(fault, true),
  },
  bentocache: {
    name: "bentocache, getOrSet",
    package: "bentocache",
    open: async (fault) => (await import("./bentocache.js")).bentocache(fault, undefined),
  },
  limitedBentocache: {
    name: "bentocache, getOrSet, with timeouts, grace and breaker",
    package: "bentocache",
    open: async (fault) => (await import("./bentocache.js")).bentocache(fault, LIMIT_MS),
  },
  unstorage: {
    name: "unstorage, getItem",
    package: "unstorage",
    open: async (fault) => (await import("./unstorage.js")).unstorage(fault),
  },
  lruCache: {
    name: "lru-cache, fetch",
    package: "lru-cache",
    open: async (fault) => (await import("./lru-cache.js")).lruCache(fault, undefined),
  },
  limitedLruCache: {
    name: "lru-cache, fetch, with AbortSignal.timeout()",
    package: "lru-cache",
    open: async (fault) => (await import("./lru-cache.js")).lruCache(fault, LIMIT_MS),
  },
  ours: {
    name: "Stockpile, get",
    open: async (fault) => (await import("./stockpile.js")).stockpile(fault, LIMIT_MS),
  },
};
