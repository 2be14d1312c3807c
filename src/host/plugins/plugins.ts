/** The plugins of a running Stockpile, to look at and to steer by hand. What was asked last is what happens. */
import { PluginUnavailableError } from "../../contract/errors.js";
import type { PluginChange } from "../config/change-plugin.js";
import type { PluginConfig } from "../config/config.js";
import type { PluginHealth } from "./plugin-health.js";
import type { PluginSupervisor } from "./supervisor.js";

export class Plugins {
  readonly #supervisors: ReadonlyMap<string, PluginSupervisor>;
  readonly #change: (plugin: PluginConfig, change: PluginChange) => Promise<PluginConfig>;

  /** @param change Changes the settings of a plugin; throws as `reload` does for those that are wrong. */
  constructor(
    supervisors: ReadonlyMap<string, PluginSupervisor>,
    change: (plugin: PluginConfig, change: PluginChange) => Promise<PluginConfig>,
  ) {
    this.#supervisors = supervisors;
    this.#change = change;
  }

  /** A snapshot of every plugin, as in `health()`. */
  list(): PluginHealth[] {
    return [...this.#supervisors.values()].map((supervisor) => supervisor.health());
  }

  /**
   * Begins a new life at once, whatever the plugin's state; quarantine, backoff and refused keys are forgotten. Until
   * it is ready nothing serves: `reload` changes a plugin that works. Resolves when it is ready.
   * @throws {PluginLoadError | PluginUnavailableError} the new life failed; another follows by the restart policy.
   * @throws {PluginUnavailableError} the plugin was stopped, restarted once more or reloaded, before the new life was ready.
   * @throws {PluginUnavailableError} there is no plugin of that name.
   * @throws {ClosedError} the Stockpile is closed.
   */
  async restart(name: string): Promise<void> {
    await this.#find(name).restart();
  }

  /**
   * Changes a plugin without a moment in which it does not serve, and without a call that fails for it: a new life with
   * other options, another module, or the same module read again, starts beside the old one, opens all backends, is
   * asked once in each, and takes over. The old one ends once its calls have. Later lives are as the new one.
   *
   * Where the new life fails, the old one goes on and nothing has changed. A plugin that was stopped, restarting or
   * in quarantine serves after that, if the new life does.
   * @throws {TypeError} the change is no object of `options` and `module`.
   * @throws {ConfigError} its options are no JSON data, or there is no such module.
   * @throws {PluginLoadError} the new life failed; why is in the message, and the `cause` is what it failed with.
   * @throws {PluginUnavailableError} the plugin was stopped, restarted or reloaded once more, before the new life was
   * ready, or there is no plugin of that name.
   * @throws {ClosedError} the Stockpile is closed.
   */
  async reload(name: string, change: PluginChange = {}): Promise<void> {
    const supervisor = this.#find(name);
    await supervisor.reload(this.#change(supervisor.config, change));
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
