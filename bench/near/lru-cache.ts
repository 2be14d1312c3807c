import { LRUCache } from "lru-cache";
import type { NearCache, NearRecord } from "./near-cache.js";

/** With `max`, as its README recommends, and `ttl`. It has no promises: nothing but its own work is measured. */
export function lruCache(ttlMs: number, maxEntries: number): NearCache {
  const cache = new LRUCache<string, NearRecord>({ max: maxEntries, ttl: ttlMs });
  return {
    set: (key, value) => cache.set(key, value as NearRecord), // what entries.ts makes
    peek: (key) => cache.get(key),
  };
}
