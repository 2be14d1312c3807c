import { resolve } from "node:path";
import type { ConfigPath } from "../format-path.js";
import type { IssueList } from "../issue-list.js";
import { nearestName } from "../nearest-name.js";
import type { Outline, StorageOutline } from "../outline.js";
import { BUILT_IN_PLUGINS } from "./built-in-plugins.js";
import { ResolutionError } from "./resolution-error.js";
import { resolveModule, type ResolvedModule } from "./resolve-module.js";
import { scanPluginDirectory } from "./scan-plugin-directory.js";

/** A plugin's module, and what it was looked for by. */
export interface FoundModule extends ResolvedModule {
  readonly specifier: string;
}

/** Where a plugin's module is to be found, and what to report where when it is not. */
interface Lead {
  readonly specifier: string;
  readonly path: ConfigPath;
  readonly conceal: Conceal;
}

/**
 * Rewrites a message about a path or a package that holds a secret. Masking does not find a secret that was taken apart
 * or whose dots and slashes were normalised.
 */
type Conceal = (message: string) => string;

/** The plugins of the directory; `undefined` where it could not be read, so that anything may be in it. */
type DirectoryPlugins = ReadonlyMap<string, Lead> | undefined;

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
): Promise<ReadonlyMap<string, FoundModule>> {
  const inDirectory = await readDirectory(outline, directory, issues);
  const leads = new Map<string, Lead>();
  followListed(outline, inDirectory, leads, issues);
  for (const [name, lead] of inDirectory ?? []) {
    if (!outline.plugins.has(name)) leads.set(name, lead);
  }
  followStorages(outline, inDirectory, leads, issues);
  const modules = new Map<string, FoundModule>();
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
  const absolute = resolve(directory, pluginDirectory);
  const masked = issues.mask(pluginDirectory);
  const conceal: Conceal = (message) =>
    masked === pluginDirectory ? message : message.replaceAll(absolute, masked);
  const { plugins, isReadable, problems } = await scanPluginDirectory(absolute);
  for (const problem of problems) issues.add(path, conceal(problem));
  if (!isReadable) return undefined;
  return new Map([...plugins].map(([name, specifier]) => [name, { specifier, path, conceal }]));
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
    const lead = module === undefined ? inDirectory?.get(name) : ownLead(module, path, issues);
    const builtIn = BUILT_IN_PLUGINS.get(name);
    if (lead !== undefined) leads.set(name, { ...lead, path });
    else if (builtIn !== undefined) leads.set(name, ownLead(builtIn, path, issues));
    else if (inDirectory !== undefined) {
      const reason = `plugin ${issues.describe(name)} is neither in a plugin directory nor built in`;
      issues.add(path, `expected a package name, a path or a file: URL (${reason}): received nothing`);
    }
  }
}

function ownLead(specifier: string, path: ConfigPath, issues: IssueList): Lead {
  const isSecret = issues.mask(specifier) !== specifier;
  const conceal: Conceal = (message) =>
    isSecret ? `cannot find the module: received ${issues.describe(specifier)}` : message;
  return { specifier, path, conceal };
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
    if (builtIn !== undefined) leads.set(name, ownLead(builtIn, ["plugins", name, "module"], issues));
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
  { specifier, path, conceal }: Lead,
  directory: string,
  issues: IssueList,
): Promise<FoundModule | undefined> {
  try {
    return { ...(await resolveModule(specifier, directory)), specifier };
  } catch (error) {
    if (!(error instanceof ResolutionError)) throw error;
    issues.add(path, conceal(error.message));
    return undefined;
  }
}
