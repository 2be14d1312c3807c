/**
 * Which plugin owns which backend id. An id belongs to its plugin across lives, from the first that got ready with it:
 * a plugin that never does shall not keep ids from others. Several lives of one plugin may have an id at a time.
 */
import { StockpileError } from "../../contract/errors.js";

export class BackendRegistry {
  readonly #owners = new Map<string, string>();
  /** By id, the ids of each life that has it and has not got ready. */
  readonly #holders = new Map<string, Set<Iterable<string>>>();
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
    const holders = this.#holders.get(id) ?? new Set();
    this.#holders.set(id, holders.add(registered));
    registered.add(id);
  }

  /** The life that registered these ids got ready: they are its plugin's from now on. */
  confirm(registered: Iterable<string>): void {
    for (const id of registered) {
      this.#confirmed.add(id);
      this.#holders.get(id)?.delete(registered);
    }
  }

  /** The life that registered these ids is over: those that none got ready with, and none else has, are free again. */
  release(registered: Iterable<string>): void {
    for (const id of registered) {
      const holders = this.#holders.get(id);
      holders?.delete(registered);
      if ((holders?.size ?? 0) > 0) continue;
      this.#holders.delete(id);
      if (!this.#confirmed.has(id)) this.#owners.delete(id);
    }
  }

  /** The plugin is there no more: its ids are free. */
  forget(pluginName: string): void {
    for (const [id, owner] of this.#owners) {
      if (owner !== pluginName) continue;
      this.#owners.delete(id);
      this.#holders.delete(id);
      this.#confirmed.delete(id);
    }
  }
}
