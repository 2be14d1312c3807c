/** The plugins of a running Stockpile, to look at and to steer by hand. */
import { PluginUnavailableError } from "../../contract/errors.js";
import type { PluginHealth } from "./plugin-health.js";
import type { PluginSupervisor } from "./supervisor.js";

export class Plugins {
  readonly #supervisors: ReadonlyMap<string, PluginSupervisor>;

  constructor(supervisors: ReadonlyMap<string, PluginSupervisor>) {
    this.#supervisors = supervisors;
  }

  /** A snapshot of every plugin, as in `health()`. */
  list(): PluginHealth[] {
    return [...this.#supervisors.values()].map((supervisor) => supervisor.health());
  }

  /**
   * Begins a new life at once, whatever the plugin's state; quarantine, backoff and refused keys are forgotten.
   * Resolves when it is ready.
   * @throws {PluginLoadError | PluginUnavailableError} the new life failed; another follows by the restart policy.
   * @throws {PluginUnavailableError} the plugin was stopped, or restarted once more, before the new life was ready.
   * @throws {PluginUnavailableError} there is no plugin of that name.
   * @throws {ClosedError} the Stockpile is closed.
   */
  async restart(name: string): Promise<void> {
    await this.#find(name).restart();
  }

  /** Stops the plugin until it is started again. Throws as `restart` does for an unknown name. */
  async stop(name: string): Promise<void> {
    await this.#find(name).stop();
  }

  /** Starts a plugin that is not running, and resolves when it is ready, also where that was under way. Throws as `restart` does. */
  async start(name: string): Promise<void> {
    await this.#find(name).start();
  }

  #find(name: string): PluginSupervisor {
    const supervisor = this.#supervisors.get(name);
    if (supervisor !== undefined) return supervisor;
    const names = [...this.#supervisors.keys()].map((known) => `"${known}"`).join(", ");
    throw new PluginUnavailableError(`There is no plugin "${name}": expected one of ${names}`, {
      pluginName: name,
    });
  }
}
