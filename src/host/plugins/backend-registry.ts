/**
 * Which plugin owns which backend id. An id belongs to its plugin across lives, from the first that got ready with it:
 * a plugin that never does shall not keep ids from others.
 */
import { StockpileError } from "../../contract/errors.js";

export class BackendRegistry {
  readonly #owners = new Map<string, string>();
  /** Ids that a life got ready with. */
  readonly #confirmed = new Set<string>();

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

  /** The life that registered these ids got ready: they are its plugin's from now on. */
  confirm(ids: Iterable<string>): void {
    for (const id of ids) this.#confirmed.add(id);
  }

  /** The life that registered these ids has failed: those that no life got ready with are free again. */
  release(ids: Iterable<string>): void {
    for (const id of ids) {
      if (!this.#confirmed.has(id)) this.#owners.delete(id);
    }
  }
}
