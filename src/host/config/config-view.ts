/** What a configuration in effect may show of itself. */
import type { CategoryConfig, Config, NearLimits, PluginConfig, StorageConfig } from "./config.js";
import type { JsonValue } from "./json-value.js";

/** A configuration without its secrets, its defaults filled in. Durations in milliseconds. */
export interface ConfigView {
  /** The path as it was given, or `"object"`. */
  readonly source: string;
  /** Where relative paths start, absolute. */
  readonly directory: string;
  readonly plugins: readonly PluginView[];
  readonly storage: StorageView;
  readonly categories: readonly CategoryView[];
  readonly near: NearLimits | false;
  readonly maxValueBytes: number;
  readonly crashReports?: Config["crashReports"];
}

/** A plugin's settings. What it sees of the environment is told by name. */
export interface PluginView extends Pick<
  PluginConfig,
  "name" | "file" | "isolation" | "startup" | "spare" | "permissions" | "limits" | "restart"
> {
  readonly module: string;
  /** Every text is `***`. */
  readonly options: JsonValue;
  readonly isInspected: boolean;
}

export interface StorageView extends Omit<StorageConfig, "parameters"> {
  /** Every text is `***`. */
  readonly parameters: JsonValue;
}

export interface CategoryView extends Omit<CategoryConfig, "storage"> {
  readonly storage?: StorageView;
}

const MASK = "***";

/**
 * Shows a configuration. Values that the environment put in are masked wherever they are, as in messages. Besides, no
 * text of a plugin's options or a storage's parameters is shown: only the plugin knows which of them is a password.
 */
export function viewConfig(config: Config): ConfigView {
  const { source, directory, near, maxValueBytes, crashReports } = config;
  const view = {
    source,
    directory,
    plugins: [...config.plugins.values()].map(viewPlugin),
    storage: viewStorage(config.storage),
    categories: [...config.categories.values()].map(viewCategory),
    near,
    maxValueBytes,
    ...(crashReports === undefined ? {} : { crashReports }),
  };
  // Sound: texts become texts, and nothing else is changed.
  return mapTexts(view, (text) => config.secrets.mask(text)) as ConfigView;
}

function viewPlugin(plugin: PluginConfig): PluginView {
  const { name, specifier, file, isolation, startup, spare, permissions, limits, restart } = plugin;
  return {
    name,
    module: specifier,
    file,
    isolation,
    startup,
    spare,
    options: veil(plugin.options),
    permissions,
    isInspected: plugin.inspectPort !== undefined,
    limits,
    restart,
  };
}

function viewCategory({ storage, ...category }: CategoryConfig): CategoryView {
  return { ...category, ...(storage === undefined ? {} : { storage: viewStorage(storage) }) };
}

function viewStorage({ parameters, ...storage }: StorageConfig): StorageView {
  return { ...storage, parameters: veil(parameters) };
}

/** Keys, numbers and booleans are left: they say what is set. */
function veil(data: unknown): JsonValue {
  // Sound: it has been read as JSON data.
  return mapTexts(data, () => MASK) as JsonValue;
}

/** @param data nested no deeper than a configuration may be. */
function mapTexts(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === "string") return change(data);
  if (Array.isArray(data)) return data.map((item: unknown) => mapTexts(item, change));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, mapTexts(item, change)]));
}
