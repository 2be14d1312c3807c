import { Keyv } from "keyv";
import type { NearCache, NearRecord } from "./near-cache.js";

/** Its default store, a Map without a bound. Its README has both ways: with JSON by default, and without. */
export function keyv(ttlMs: number, serialization: "json" | "none"): NearCache {
  const cache = new Keyv({ ttl: ttlMs });
  if (serialization === "none") {
    cache.serialize = undefined;
    cache.deserialize = undefined;
  }
  return {
    set: (key, value) => cache.set(key, value),
    get: (key) => cache.get<NearRecord>(key),
    getMany: (keys) => cache.get([...keys]),
  };
}
