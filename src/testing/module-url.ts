import { fileURLToPath, pathToFileURL } from "node:url";

/** The module of a plugin, given as path or `file:` URL, as a URL. */
export function moduleUrl(plugin: string | URL): URL {
  if (plugin instanceof URL) return plugin;
  return plugin.startsWith("file:") ? new URL(plugin) : pathToFileURL(plugin);
}

/** The same as a path. */
export function modulePath(plugin: string | URL): string {
  return fileURLToPath(moduleUrl(plugin));
}
