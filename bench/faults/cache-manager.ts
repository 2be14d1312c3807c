import { createCache } from "cache-manager";
import { Keyv } from "keyv";
import { faultyKeyv } from "./faulty-keyv.js";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** Two tiers, as in its README: memory first, then the backend. */
export function cacheManager(fault: Fault, nonBlocking: boolean): Get {
  const cache = createCache({ stores: [new Keyv(), faultyKeyv(fault)], ttl: 60_000, nonBlocking });
  return (key, load) => cache.wrap(key, load);
}
