import { DEFAULT_STORAGE_PLUGIN } from "./defaults.js";
import type { ConfigPath } from "./format-path.js";
import { isJsonObject, type JsonValue } from "./json-value.js";

/**
 * What the later stages look at, read from data that may be wrong: they go on with what is there, so that mistakes of
 * all stages are reported together. A wrong value is `undefined` here, and reported by the schema.
 */
export interface Outline {
  readonly pluginDirectory: string | undefined;
  /** The listed plugins, by name. */
  readonly plugins: ReadonlyMap<string, PluginOutline>;
  /** What is said of each category, by name. */
  readonly categories: ReadonlyMap<string, JsonObject>;
  /** Every storage that names a plugin, the default one included, said or not. */
  readonly storages: readonly StorageOutline[];
  /** As it stands: any JSON value. */
  readonly maxValueBytes: JsonValue | undefined;
}

export interface PluginOutline {
  readonly module: string | undefined;
  readonly limits: JsonObject;
  readonly restart: JsonObject;
  /** As it stands: any JSON value. */
  readonly isolation: JsonValue | undefined;
  readonly permissions: JsonObject;
  readonly inspect: JsonValue | undefined;
}

export interface StorageOutline {
  readonly path: ConfigPath;
  readonly plugin: string;
}

export type JsonObject = Readonly<Record<string, JsonValue>>;

export function readOutline(data: JsonValue): Outline {
  const { pluginDirectory, plugins, categories, maxValueBytes } = asObject(data);
  return {
    pluginDirectory: asText(pluginDirectory),
    plugins: new Map(Object.entries(asObject(plugins)).map(([name, plugin]) => [name, readPlugin(plugin)])),
    categories: new Map(
      Object.entries(asObject(categories)).map(([name, category]) => [name, asObject(category)]),
    ),
    storages: readStorages(asObject(data)),
    maxValueBytes,
  };
}

function readPlugin(plugin: JsonValue): PluginOutline {
  const { module, limits, restart, isolation, permissions, inspect } = asObject(plugin);
  return {
    module: asText(module),
    limits: asObject(limits),
    restart: asObject(restart),
    isolation,
    permissions: asObject(permissions),
    inspect,
  };
}

function readStorages(data: JsonObject): StorageOutline[] {
  const { storage = { plugin: DEFAULT_STORAGE_PLUGIN }, categories } = data;
  const places: [ConfigPath, JsonValue | undefined][] = [
    [["storage", "plugin"], asObject(storage)["plugin"]],
  ];
  for (const [name, category] of Object.entries(asObject(categories))) {
    const own = asObject(asObject(category)["storage"]);
    places.push([["categories", name, "storage", "plugin"], own["plugin"]]);
  }
  return places.flatMap(([path, plugin]) => (typeof plugin === "string" ? [{ path, plugin }] : []));
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
