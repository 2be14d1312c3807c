/** Which plugin owns which backend id. An id belongs to its plugin across lives. */
import { StockpileError } from "../../contract/errors.js";

export class BackendRegistry {
  readonly #owners = new Map<string, string>();

  /**
   * Claims `id` for a plugin.
   * @param registered The ids this life of the plugin has registered; `id` is added.
   * @throws {StockpileError} `STOCKPILE_BACKEND_TAKEN`: another plugin has the id, or this life has it already.
   */
  claim(id: string, pluginName: string, registered: Set<string>): void {
    const owner = this.#owners.get(id) ?? pluginName;
    if (owner !== pluginName || registered.has(id)) {
      const holder =
        owner === pluginName ? "it has registered that id already" : `plugin "${owner}" has that id`;
      throw new StockpileError(
        "STOCKPILE_BACKEND_TAKEN",
        `Cannot register storage backend "${id}" for plugin "${pluginName}": ${holder}`,
        { pluginName, backendId: id },
      );
    }
    this.#owners.set(id, pluginName);
    registered.add(id);
  }
}
