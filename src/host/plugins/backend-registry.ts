/**
 * Which plugin owns which backend id. An id belongs to its plugin across lives, from the first that got ready with it:
 * a plugin that never does shall not keep ids from others. Several lives of one plugin may have an id at a time.
 */
import { StockpileError } from "../../contract/errors.js";

export class BackendRegistry {
  /** By id, the plugin that has got ready with it. */
  readonly #owners = new Map<string, string>();
  /** By id, the plugin of each life that has it and has not got ready, by the ids of that life. */
  readonly #holders = new Map<string, Map<Iterable<string>, string>>();
  /** Plugins that are about to be removed. */
  readonly #leaving = new Set<string>();

  /**
   * Claims `id` for a plugin.
   * @param registered The ids this life of the plugin has registered; `id` is added.
   * @throws {StockpileError} `STOCKPILE_BACKEND_TAKEN`: another plugin has the id, or this life has it already.
   */
  claim(id: string, pluginName: string, registered: Set<string>): void {
    const owner = this.#otherOwner(id, pluginName);
    if (owner !== undefined || registered.has(id)) {
      const holder =
        owner === undefined ? "it has registered that id already" : `plugin "${owner}" has that id`;
      throw new StockpileError(
        "STOCKPILE_BACKEND_TAKEN",
        `Cannot register storage backend "${id}" for plugin "${pluginName}": ${holder}`,
        { pluginName, backendId: id },
      );
    }
    const holders = this.#holders.get(id) ?? new Map<Iterable<string>, string>();
    this.#holders.set(id, holders.set(registered, pluginName));
    registered.add(id);
  }

  /** The life that registered these ids got ready: they are its plugin's from now on. */
  confirm(registered: Iterable<string>): void {
    for (const id of registered) {
      const pluginName = this.#holders.get(id)?.get(registered);
      if (pluginName !== undefined) this.#owners.set(id, pluginName);
    }
    this.release(registered);
  }

  /** The life that registered these ids is over: those that none got ready with, and none else has, are free again. */
  release(registered: Iterable<string>): void {
    for (const id of registered) {
      const holders = this.#holders.get(id);
      holders?.delete(registered);
      if (holders?.size === 0) this.#holders.delete(id);
    }
  }

  /** The plugin is about to be removed, or is not after all: whether others may have its ids. */
  setLeaving(pluginName: string, isLeaving: boolean): void {
    if (isLeaving) this.#leaving.add(pluginName);
    else this.#leaving.delete(pluginName);
  }

  /** The plugin is there no more: its ids are free. */
  forget(pluginName: string): void {
    this.#leaving.delete(pluginName);
    for (const [id, owner] of this.#owners) if (owner === pluginName) this.#owners.delete(id);
  }

  #otherOwner(id: string, pluginName: string): string | undefined {
    const owners = [this.#owners.get(id), ...(this.#holders.get(id)?.values() ?? [])];
    return owners.find((owner) => owner !== undefined && owner !== pluginName && !this.#leaving.has(owner));
  }
}
