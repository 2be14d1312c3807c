/** The calls of a supervised plugin, without the cache on top. */
import { KEYS, valueOf } from "../entries.js";
import type { Contender } from "./contender.js";
import { mapConfig } from "./map-config.js";
import { openSupervised } from "./open-supervised.js";

const CATEGORY = "c";

export async function callsLayer(isolation: "thread" | "process"): Promise<Contender> {
  const { backend, close } = await openSupervised(mapConfig(isolation));
  for (const [index, key] of KEYS.entries()) {
    await backend.put({ category: CATEGORY, key }, { value: valueOf(index) });
  }
  const name = isolation === "thread" ? "calls layer" : "calls layer, process";
  return { name, get: (key) => backend.get({ category: CATEGORY, key }), close };
}
