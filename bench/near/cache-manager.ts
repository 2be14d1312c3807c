import { createCache } from "cache-manager";
import type { NearCache, NearRecord } from "./near-cache.js";

/** The quick start of its README: a Keyv with a Map, without serialization and without a bound. */
export function cacheManager(ttlMs: number): NearCache {
  const cache = createCache({ ttl: ttlMs });
  return {
    set: (key, value) => cache.set(key, value),
    get: (key) => cache.get<NearRecord>(key),
    getMany: (keys) => cache.mget([...keys]),
  };
}
