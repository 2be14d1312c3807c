import { resolve } from "node:path";
import { BUILT_IN_PLUGINS } from "./built-in-plugins.js";
import type { ConfigPath } from "../format-path.js";
import type { IssueList } from "../issue-list.js";
import { nearestName } from "../nearest-name.js";
import type { Outline, StorageOutline } from "../outline.js";
import { ResolutionError } from "./resolution-error.js";
import { resolveModule, type ResolvedModule } from "./resolve-module.js";
import { scanPluginDirectory } from "./scan-plugin-directory.js";

/** Where a plugin's module is to be found, and what to blame when it is not. */
interface Lead {
  readonly specifier: string;
  readonly path: ConfigPath;
}

/** The plugins of the directory; `undefined` where it could not be read, so that anything may be in it. */
type DirectoryPlugins = ReadonlyMap<string, string> | undefined;

/**
 * Finds the modules of all plugins that are to be started, in this order: those listed, by their own `module`, else in
 * the plugin directory, else built in; the others of the directory; the built-in ones that a storage names. Reports
 * what cannot be found, and storages that name no plugin.
 *
 * @param directory absolute; where relative paths start.
 */
export async function findModules(
  outline: Outline,
  directory: string,
  issues: IssueList,
): Promise<ReadonlyMap<string, ResolvedModule>> {
  const inDirectory = await readDirectory(outline, directory, issues);
  const leads = new Map<string, Lead>();
  followListed(outline, inDirectory, leads, issues);
  for (const [name, specifier] of inDirectory ?? []) {
    if (!outline.plugins.has(name)) leads.set(name, { specifier, path: ["pluginDirectory"] });
  }
  followStorages(outline, inDirectory, leads, issues);
  const modules = new Map<string, ResolvedModule>();
  for (const [name, lead] of leads) {
    const found = await follow(lead, directory, issues);
    if (found !== undefined) modules.set(name, found);
  }
  return modules;
}

async function readDirectory(
  { pluginDirectory }: Outline,
  directory: string,
  issues: IssueList,
): Promise<DirectoryPlugins> {
  const path = ["pluginDirectory"];
  if (issues.has(path)) return undefined;
  if (pluginDirectory === undefined) return new Map();
  const { plugins, problems } = await scanPluginDirectory(resolve(directory, pluginDirectory));
  for (const problem of problems) issues.add(path, problem);
  return problems.length === 0 ? plugins : undefined;
}

function followListed(
  { plugins }: Outline,
  inDirectory: DirectoryPlugins,
  leads: Map<string, Lead>,
  issues: IssueList,
): void {
  for (const [name, { module }] of plugins) {
    const path = ["plugins", name, "module"];
    if (issues.has(path) || issues.has(["plugins", name])) continue;
    const specifier = module ?? inDirectory?.get(name) ?? BUILT_IN_PLUGINS.get(name);
    if (specifier !== undefined) leads.set(name, { specifier, path });
    else if (inDirectory !== undefined) {
      const reason = `plugin ${issues.describe(name)} is neither in a plugin directory nor built in`;
      issues.add(path, `expected a package name, a path or a file: URL (${reason}): received nothing`);
    }
  }
}

function followStorages(
  { plugins, storages }: Outline,
  inDirectory: DirectoryPlugins,
  leads: Map<string, Lead>,
  issues: IssueList,
): void {
  const known = new Set([...plugins.keys(), ...(inDirectory?.keys() ?? []), ...BUILT_IN_PLUGINS.keys()]);
  for (const storage of storages) {
    const name = storage.plugin;
    if (plugins.has(name) || inDirectory?.has(name) === true) continue;
    const builtIn = BUILT_IN_PLUGINS.get(name);
    if (builtIn !== undefined) leads.set(name, { specifier: builtIn, path: ["plugins", name, "module"] });
    else if (inDirectory !== undefined) reportUnknown(storage, known, issues);
  }
}

function reportUnknown(
  { path, plugin }: StorageOutline,
  known: ReadonlySet<string>,
  issues: IssueList,
): void {
  if (issues.has(path)) return;
  const nearest = nearestName(plugin, known);
  const hint = nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`;
  issues.add(path, `expected one of ${[...known].join(", ")}: received ${issues.describe(plugin)}${hint}`);
}

async function follow(
  { specifier, path }: Lead,
  directory: string,
  issues: IssueList,
): Promise<ResolvedModule | undefined> {
  try {
    return await resolveModule(specifier, directory);
  } catch (error) {
    if (!(error instanceof ResolutionError)) throw error;
    issues.add(path, error.message);
    return undefined;
  }
}
