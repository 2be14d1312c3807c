import { LRUCache } from "lru-cache";
import { misbehave } from "./misbehave.js";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** It has no backend but its `fetchMethod`, which here asks the backend and then the loader. */
export function lruCache(fault: Fault, limitMs: number | undefined): Get {
  const cache = new LRUCache<string, string, () => Promise<string>>({
    max: 1_000,
    ttl: 60_000,
    fetchMethod: async (_key, _stale, { context: load }) => (await misbehave(fault)) ?? load(),
  });
  return (key, load) =>
    cache.fetch(key, {
      context: load,
      ...(limitMs === undefined ? {} : { signal: AbortSignal.timeout(limitMs) }),
    });
}
