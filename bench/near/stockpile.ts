import { Stockpile } from "@stockpile/core";
import { mapConfig } from "../contenders/map-config.js";
import type { NearCache, NearRecord } from "./near-cache.js";

/** A category with its near cache over a plugin in a thread; values are JSON and frozen, as by default. */
export async function stockpile(ttlMs: number, maxEntries: number): Promise<NearCache> {
  const opened = await Stockpile.open({ ...mapConfig("thread"), near: { entries: maxEntries } });
  const category = opened.category<NearRecord>("c", { ttl: ttlMs });
  return {
    set: (key, value) => category.set(key, value as NearRecord), // what entries.ts makes
    get: (key) => category.get(key),
    peek: (key) => category.peek(key),
    getMany: (keys) => category.getMany(keys),
    close: () => opened.close(),
  };
}
