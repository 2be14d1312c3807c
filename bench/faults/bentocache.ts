import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import type { CacheDriver, CreateDriverResult, L2CacheDriver } from "bentocache/types";
import { misbehave } from "./misbehave.js";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** Memory as the first layer, the backend as the second; with or without all that bounds time in its documentation. */
export function bentocache(fault: Fault, limitMs: number | undefined): Get {
  const limits =
    limitMs === undefined
      ? {}
      : {
          timeout: limitMs,
          hardTimeout: limitMs,
          lockTimeout: limitMs,
          grace: "1h",
          suppressL2Errors: true,
          l2CircuitBreakerDuration: "10s",
        };
  const cache = new BentoCache({
    default: "tiers",
    ttl: "1m",
    ...limits,
    stores: { tiers: bentostore().useL1Layer(memoryDriver({})).useL2Layer(faultyDriver(fault)) },
  });
  return (key, factory) => cache.getOrSet({ key, factory });
}

function faultyDriver(fault: Fault): CreateDriverResult<L2CacheDriver> {
  const driver: CacheDriver & { readonly type: "l2" } = {
    type: "l2",
    namespace: () => driver,
    get: () => misbehave(fault),
    pull: () => misbehave(fault),
    set: () => Promise.resolve(true),
    delete: () => Promise.resolve(true),
    deleteMany: () => Promise.resolve(true),
    clear: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
  };
  return { options: {}, factory: () => driver };
}
