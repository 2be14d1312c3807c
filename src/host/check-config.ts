import type { z } from "zod";
import { checkProtocol } from "./config/check-protocol.js";
import type { Config, Isolation, NearLimits, PluginConfig, Startup, StorageConfig } from "./config/config.js";
import { loadConfig } from "./config/load-config.js";
import { sectionSchemas } from "./config/section-schemas.js";

export interface CheckConfigOptions {
  /** Checks the configuration's `server` section, which is otherwise taken as it stands. */
  readonly serverSchema?: z.ZodType;
  /** Checks its `mojang` section, which is otherwise taken as it stands. */
  readonly mojangSchema?: z.ZodType;
}

/** What a configuration comes to, with every value that came from the environment masked. */
export interface ConfigReport {
  /** All that would be started, in this order. */
  readonly plugins: readonly PluginReport[];
  /** Where categories are stored that name no storage of their own. */
  readonly storage: StorageReport;
  /** Those that the configuration names. */
  readonly categories: readonly { readonly name: string; readonly storage: StorageReport }[];
  /** The near cache of categories that say nothing of theirs; `false`: none. */
  readonly near: NearLimits | false;
}

/** A plugin that would be started. */
export interface PluginReport {
  readonly name: string;
  /** Absolute path of its module. */
  readonly file: string;
  /** Absolute path of the package it belongs to; `undefined` where that is the one the configuration lies in, or none. */
  readonly packageFolder: string | undefined;
  readonly isolation: Isolation;
  readonly startup: Startup;
  /** Why it cannot be loaded, where that shows from outside. It is a failure of the plugin, not of the configuration. */
  readonly failure: string | undefined;
}

/** A storage. */
export interface StorageReport {
  readonly plugin: string;
  /** `undefined`: the plugin's only one. */
  readonly backend: string | undefined;
}

/**
 * Checks a configuration as `Stockpile.open` does before it starts anything, and starts nothing: no module is imported.
 * @param source The path of a JSON file or of a folder of them, or the same as an object.
 * @throws {ConfigError} it is wrong; lists every mistake.
 */
export async function checkConfig(
  source: string | object,
  options: CheckConfigOptions = {},
): Promise<ConfigReport> {
  const config = await loadConfig(source, sectionSchemas(options));
  const storageOf = (storage: StorageConfig): StorageReport => reportStorage(storage, config);
  return {
    plugins: [...config.plugins.values()].map((plugin) => {
      const { name, file, protocol, isolation, startup } = plugin;
      const packageFolder = packageFolderOf(plugin);
      const failure = checkProtocol(name, file, protocol)?.message;
      return {
        name,
        file: config.secrets.mask(file),
        packageFolder: packageFolder === undefined ? undefined : config.secrets.mask(packageFolder),
        isolation,
        startup,
        failure: failure === undefined ? undefined : config.secrets.mask(failure),
      };
    }),
    storage: storageOf(config.storage),
    categories: [...config.categories.values()].map(({ name, storage = config.storage }) => ({
      name,
      storage: storageOf(storage),
    })),
    near: config.near,
  };
}

/** What is readable of it comes first: its package, or its file alone. */
function packageFolderOf({ file, readable: [first] }: PluginConfig): string | undefined {
  return first === file ? undefined : first;
}

function reportStorage({ plugin, backend }: StorageConfig, { secrets }: Config): StorageReport {
  return { plugin, backend: backend === undefined ? undefined : secrets.mask(backend) };
}
