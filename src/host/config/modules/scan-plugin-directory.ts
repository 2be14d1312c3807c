import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Dirent } from "node:fs";
import { fsReason } from "../fs-reason.js";
import { NAME_FORM, NAME_PATTERN } from "../name.js";

/** What is in a plugin directory. */
export interface PluginDirectory {
  /** Paths of `*.mjs` files and of folders with a package.json, by plugin name, sorted by it. */
  readonly plugins: ReadonlyMap<string, string>;
  /** What is wrong with the directory, in words. */
  readonly problems: readonly string[];
}

const MODULE_SUFFIX = ".mjs";

/**
 * Lists the plugins of a directory: `*.mjs` files by their name without it, folders with a package.json by their name.
 * Symbolic links are followed. Everything else is passed over, and so is what begins with a dot.
 *
 * @param directory absolute.
 */
export async function scanPluginDirectory(directory: string): Promise<PluginDirectory> {
  const plugins = new Map<string, string>();
  const problems: string[] = [];
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    return { plugins, problems: [`expected a readable folder at ${directory}: ${fsReason(error)}`] };
  }
  for (const { name: fileName } of entries.toSorted(byName)) {
    const path = join(directory, fileName);
    const name = await pluginNameOf(fileName, path, problems);
    if (name === undefined) continue;
    const other = plugins.get(name);
    if (!NAME_PATTERN.test(name)) {
      problems.push(`expected ${path} to be named by ${NAME_FORM}: received ${JSON.stringify(name)}`);
    } else if (other !== undefined) {
      problems.push(`expected one plugin named "${name}": found ${other} and ${path}`);
    } else {
      plugins.set(name, path);
    }
  }
  return { plugins: new Map([...plugins].toSorted(([a], [b]) => compare(a, b))), problems };
}

/** The name of the plugin that an entry of the directory is, or `undefined` where it is none. */
async function pluginNameOf(fileName: string, path: string, problems: string[]): Promise<string | undefined> {
  if (fileName.startsWith(".")) return undefined;
  const isModule = fileName.endsWith(MODULE_SUFFIX);
  try {
    const stats = await stat(path);
    if (stats.isFile()) return isModule ? fileName.slice(0, -MODULE_SUFFIX.length) : undefined;
    return stats.isDirectory() && (await hasManifest(path)) ? fileName : undefined;
  } catch (error) {
    // A link that leads nowhere, or a file that went meanwhile. Only a plugin's matters.
    if (isModule) problems.push(`cannot read ${path}: ${fsReason(error)}`);
    return undefined;
  }
}

async function hasManifest(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, "package.json"))).isFile();
  } catch {
    // None, or none that can be read: no plugin.
    return false;
  }
}

function byName(a: Dirent, b: Dirent): number {
  return compare(a.name, b.name);
}

/** By code units, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
