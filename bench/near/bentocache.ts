import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import type { NearCache, NearRecord } from "./near-cache.js";

/** One layer in memory. Its documentation has both ways: serialized by default, and not. */
export function bentocache(
  ttlMs: number,
  { maxEntries, serialize }: { maxEntries: number; serialize: boolean },
): NearCache {
  const cache = new BentoCache({
    default: "near",
    ttl: ttlMs,
    stores: { near: bentostore().useL1Layer(memoryDriver({ maxItems: maxEntries, serialize })) },
  });
  return {
    set: (key, value) => cache.set({ key, value }),
    get: (key) => cache.get<NearRecord>({ key }),
    close: () => cache.disconnectAll(),
  };
}
