/** The whole way: a category over a plugin, as an application has it. */
import { Stockpile } from "@stockpile/core";
import { KEYS, recordOf, valueOf } from "../entries.js";
import type { Contender } from "./contender.js";
import { mapConfig } from "./map-config.js";

export async function cache(codec: "bytes" | "json"): Promise<Contender> {
  const stockpile = await Stockpile.open(mapConfig("thread"));
  const category = stockpile.category("c", { codec });
  for (const [index, key] of KEYS.entries()) {
    await category.set(key, codec === "bytes" ? valueOf(index) : recordOf(index));
  }
  return {
    name: `cache, ${codec}`,
    get: (key) => category.get(key),
    close: async () => void (await stockpile.close()),
  };
}
