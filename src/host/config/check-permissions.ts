/**
 * Reports permissions that are right in form and that this Node cannot hold a plugin to: a permission that is silently
 * not kept is worse than none.
 */
import { resolve } from "node:path";
import type { ThreadPermissions } from "../../contract/protocol.js";
import { grantsFolder } from "../permissions/grants-folder.js";
import { nodePermissions } from "../permissions/node-permissions.js";
import type { NodePermissions } from "../permissions/node-permissions.js";
import { ownFiles } from "../permissions/own-files.js";
import { EVERYTHING } from "../permissions/resolve-grants.js";
import { tryThreadPermissions } from "../permissions/try-thread-permissions.js";
import { DEFAULT_ISOLATION } from "./defaults.js";
import type { ConfigPath } from "./format-path.js";
import { isUnderModel } from "./is-under-model.js";
import type { IssueList } from "./issue-list.js";
import type { JsonValue } from "./json-value.js";
import type { ResolvedModule } from "./modules/resolve-module.js";
import type { Outline, PluginOutline } from "./outline.js";

export interface CheckPermissionsOptions {
  readonly outline: Outline;
  readonly modules: ReadonlyMap<string, ResolvedModule>;
  /** Absolute; where relative paths start. */
  readonly directory: string;
  readonly issues: IssueList;
  /** By default the Node that runs. */
  readonly node?: NodePermissions;
  /** By default what threads of it turn out to hold to. */
  readonly tryThreads?: () => Promise<ThreadPermissions>;
  /** The working folder; by default that of the process. */
  readonly cwd?: string;
}

/** What one plugin says, and what it is judged by. */
interface Subject extends Required<Omit<CheckPermissionsOptions, "outline" | "modules">> {
  readonly at: ConfigPath;
  readonly plugin: PluginOutline;
  /** Absolute paths that must be readable for its imports. */
  readonly readable: readonly string[];
  /** Whether it says that it loads native addons. */
  readonly isNative: boolean;
}

export async function checkPermissions({
  outline,
  modules,
  directory,
  issues,
  node = nodePermissions,
  tryThreads = tryThreadPermissions,
  cwd = process.cwd(),
}: CheckPermissionsOptions): Promise<void> {
  for (const [name, plugin] of outline.plugins) {
    if (!isUnderModel(plugin)) continue;
    const at = ["plugins", name, "permissions"];
    const readable = [...ownFiles(), ...(modules.get(name)?.readable ?? [])];
    const isNative = modules.get(name)?.isNative === true;
    await checkPlugin({ at, plugin, readable, isNative, directory, issues, node, tryThreads, cwd });
  }
}

async function checkPlugin(subject: Subject): Promise<void> {
  const { at, plugin, isNative, node, issues } = subject;
  if (node.flag === undefined) {
    issues.add(at, `expected env alone: this Node, ${process.version}, has no permission model`);
    return;
  }
  if (plugin.permissions["net"] === false && !node.limitsNet) {
    const why = `this Node, ${process.version}, cannot keep a plugin from the network; one with --allow-net can`;
    issues.add([...at, "net"], `expected true or nothing: ${why}: received false`);
  }
  checkPaths(subject);
  if ((plugin.isolation ?? (isNative ? "process" : DEFAULT_ISOLATION)) === "thread")
    await checkThread(subject);
}

function checkPaths({ at, plugin, readable, directory, issues, node }: Subject): void {
  const why = reasonOf(node);
  for (const key of ["fsRead", "fsWrite"]) {
    for (const [index, path] of listOf(plugin.permissions[key]).entries()) {
      if (path === undefined || path === EVERYTHING || !isMisread(resolve(directory, path), node)) continue;
      issues.add([...at, key, index], `expected a path without ${why}: received ${issues.describe(path)}`);
    }
  }
  const misread = readable.find((path) => isMisread(path, node));
  if (misread !== undefined)
    issues.add(at, `expected paths without ${why} for what the plugin imports: found ${misread}`);
}

/** Whether the model would take the path for another. */
function isMisread(path: string, { isFirstForm }: NodePermissions): boolean {
  return path.includes("*") || (isFirstForm && path.includes(","));
}

function reasonOf({ isFirstForm }: NodePermissions): string {
  return isFirstForm ? '"*" and ",", which Node takes for more' : '"*", which Node takes for more';
}

async function checkThread({ at, plugin, readable, ...subject }: Subject): Promise<void> {
  const { issues, tryThreads, directory, cwd } = subject;
  const { isEnforced, hidesWorkingFolder } = await tryThreads();
  const isolation = [...at.slice(0, -1), "isolation"];
  if (!isEnforced) {
    issues.add(isolation, `expected "process" beside permissions: this Node does not keep a thread to them`);
    return;
  }
  const granted = listOf(plugin.permissions["fsRead"]).flatMap((path) =>
    path === undefined ? [] : [path === EVERYTHING ? path : resolve(directory, path)],
  );
  if (hidesWorkingFolder || grantsFolder([...granted, ...readable], cwd)) return;
  const why = `this Node, ${process.version}, lets a thread read the working folder in any case`;
  issues.add(
    issues.has([...at, "fsRead"]) ? isolation : [...at, "fsRead"],
    `expected the working folder, ${cwd}, among the paths, or "isolation": "process": ${why}`,
  );
}

/** Its texts, in their places: the rest has been reported by the schema. */
function listOf(value: JsonValue | undefined): (string | undefined)[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: JsonValue) => (typeof item === "string" ? item : undefined));
}
