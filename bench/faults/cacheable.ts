import { Cacheable } from "cacheable";
import { faultyKeyv } from "./faulty-keyv.js";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** Its in-memory primary, and the backend as the secondary. */
export function cacheable(fault: Fault, nonBlocking: boolean): Get {
  const cache = new Cacheable({ secondary: faultyKeyv(fault), ttl: "1m", nonBlocking });
  cache.on("error", () => undefined);
  return (key, load) => cache.getOrSet(key, load);
}
