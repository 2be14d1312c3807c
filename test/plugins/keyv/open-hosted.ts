import type { ExecutionContext } from "ava";
import { Stockpile } from "../../../src/host/main.js";
import type { Category } from "../../../src/host/main.js";

/** A Stockpile with the plugin, and beside it a category `other` in memory. It is closed when the test ends. */
export async function open(t: ExecutionContext, parameters: object, limits: object = {}): Promise<Stockpile> {
  const stockpile = await Stockpile.open({
    plugins: {
      keyv: {
        module: "@stockpile/plugin-keyv",
        startup: "required",
        limits: { start: "20s", call: "10s", hang: "10s", ...limits },
        restart: { burst: 0, backoff: 0 },
      },
    },
    storage: { plugin: "keyv", parameters },
    categories: { other: { storage: { plugin: "memory" } } },
  });
  t.teardown(() => stockpile.close());
  return stockpile;
}

/** A category whose every answer comes from its storage. */
export function valuesOf(stockpile: Stockpile, name: string = "values"): Category<string> {
  return stockpile.category<string>(name, { near: false, onReadError: "throw", onWriteError: "throw" });
}
