import { faultyKeyv } from "./faulty-keyv.js";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** It has no loader: the caller loads what is not there. */
export function keyv(fault: Fault): Get {
  const cache = faultyKeyv(fault);
  return async (key, load) => (await cache.get<string>(key)) ?? load();
}
