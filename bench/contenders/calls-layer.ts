/** The calls of a supervised plugin, without the cache on top. */
import { KEYS, valueOf } from "../entries.js";
import type { Contender } from "./contender.js";
import { MAP_CONFIG } from "./map-config.js";
import { openSupervised } from "./open-supervised.js";

const CATEGORY = "c";

export async function callsLayer(): Promise<Contender> {
  const { backend, close } = await openSupervised(MAP_CONFIG);
  for (const [index, key] of KEYS.entries()) {
    await backend.put({ category: CATEGORY, key }, { value: valueOf(index) });
  }
  return { name: "calls layer", get: (key) => backend.get({ category: CATEGORY, key }), close };
}
