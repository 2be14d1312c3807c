/** Modules that turned out to be native when they were imported: what they did not declare is remembered for them. */
import type { Isolation, PluginConfig } from "../config/config.js";
import { isolationOf } from "../config/isolation-of.js";

export class NativeModules {
  readonly #files = new Set<string>();

  /** @param file Absolute path of the module. */
  add(file: string): void {
    this.#files.add(file);
  }

  /** What the next life of a plugin runs in. */
  isolationOf(config: PluginConfig): Isolation {
    return isolationOf(config, this.#files.has(config.file));
  }
}
