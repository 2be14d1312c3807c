import { Stockpile } from "../../../src/host/main.js";
import type { Category } from "../../../src/host/main.js";

/** What keeps the values. */
export interface ValueStorage {
  /** The plugin's name, and that of its backend. */
  readonly plugin: string;
  /** Its module's URL. */
  readonly module: string;
  readonly parameters: object;
}

/** Opens a host on a storage, patient with it, and a category whose values come from there and nowhere else. */
export async function openValues({
  plugin,
  module,
  parameters,
}: ValueStorage): Promise<{ stockpile: Stockpile; values: Category<Uint8Array> }> {
  const limits = { start: "20s", call: "20s", hang: "20s" };
  const stockpile = await Stockpile.open({
    plugins: { [plugin]: { module, startup: "required", limits } },
    storage: { plugin, parameters },
  });
  const values = stockpile.category<Uint8Array>("values", {
    codec: "bytes",
    ttl: "1h",
    near: false,
    onReadError: "throw",
    onWriteError: "throw",
  });
  return { stockpile, values };
}
