import type { Dirent, Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fsReason } from "../fs-reason.js";
import { NAME_FORM, NAME_PATTERN } from "../name.js";

/** What is in a plugin directory. */
export interface PluginDirectory {
  /** Paths of `*.mjs` files and of folders with a package.json, by plugin name, sorted by it. */
  readonly plugins: ReadonlyMap<string, string>;
  /** Whether it could be listed: if not, anything may be in it. */
  readonly isReadable: boolean;
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
    const problem = `expected a readable folder at ${directory}: ${fsReason(error)}`;
    return { plugins, isReadable: false, problems: [problem] };
  }
  for (const { name: fileName } of entries.toSorted(byName)) {
    const path = join(directory, fileName);
    const name = await pluginNameOf(fileName, path);
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
  const sorted = [...plugins].toSorted(([a], [b]) => compare(a, b));
  return { plugins: new Map(sorted), isReadable: true, problems };
}

/** The name of the plugin that an entry of the directory is, or `undefined` where it is none. */
async function pluginNameOf(fileName: string, path: string): Promise<string | undefined> {
  if (fileName.startsWith(".")) return undefined;
  const stats = await statOf(path);
  if (stats?.isDirectory() === true) {
    const manifest = await statOf(join(path, "package.json"));
    return manifest?.isFile() === true ? fileName : undefined;
  }
  // Named as a module it is one, also where it is a link that leads nowhere: that shows when it is resolved.
  return fileName.endsWith(MODULE_SUFFIX) ? fileName.slice(0, -MODULE_SUFFIX.length) : undefined;
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    // There is none, or none that can be read.
    return undefined;
  }
}

function byName(a: Dirent, b: Dirent): number {
  return compare(a.name, b.name);
}

/** By code units, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
