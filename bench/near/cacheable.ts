import { Cacheable, createKeyv } from "cacheable";
import type { NearCache, NearRecord } from "./near-cache.js";

/** Its in-memory primary with its LRU on. Its README has both ways: with a clone for each caller by default, and without. */
export function cacheable(
  ttlMs: number,
  { maxEntries, useClone }: { maxEntries: number; useClone: boolean },
): NearCache {
  const cache = new Cacheable({ primary: createKeyv({ ttl: ttlMs, lruSize: maxEntries, useClone }) });
  return {
    set: (key, value) => cache.set(key, value),
    get: (key) => cache.get<NearRecord>(key),
    getMany: (keys) => cache.getMany([...keys]),
    close: () => cache.disconnect(),
  };
}
