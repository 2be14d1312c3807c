import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isJsonObject } from "../json-value.js";
import { isWithin } from "../../permissions/is-within.js";
import { nearestPackage, type NearestPackage } from "./nearest-package.js";

/** The fields of a package.json that name packages it imports. */
const DEPENDENCIES = ["dependencies", "optionalDependencies", "peerDependencies"] as const;

/** Links from package to package that are followed; a project has a few, and a circle of them must end. */
const MAX_LINKED_PACKAGES = 200;

/**
 * Finds what a plugin's imports need to be readable, as little as that can be without knowing them: the package its
 * module belongs to, the `node_modules` folders its packages are looked for in, and the packages that lie elsewhere
 * because they are linked there, as workspaces are. The folder of the configuration and those above it are nobody's
 * package: a module that belongs to one is readable alone.
 *
 * @param file absolute path of the module, symbolic links resolved.
 * @param directory absolute; the configuration's folder.
 * @returns absolute paths of files and folders; a folder stands for all that is in it.
 */
export async function readablePaths(file: string, directory: string): Promise<string[]> {
  const readable = new Set<string>();
  const own = await packageOf(file);
  const from = await realpath(directory).catch(() => directory);
  const isPlugins = own !== undefined && !isWithin(from, own.folder);
  readable.add(isPlugins ? own.folder : file);
  await addPackages(own, dirname(file), readable);
  return [...readable];
}

/** A package.json that is broken is told of where it matters: here the module is taken for one that has none. */
async function packageOf(file: string): Promise<NearestPackage | undefined> {
  return nearestPackage(file).catch(() => undefined);
}

/** Adds where the packages of one package are. */
async function addPackages(
  own: NearestPackage | undefined,
  start: string,
  readable: Set<string>,
): Promise<void> {
  const folders = packageFolders(start);
  for (const folder of folders) readable.add(folder);
  for (const name of own === undefined ? [] : dependenciesOf(own)) {
    const linked = await findLinked(name, folders, readable);
    if (linked === undefined || readable.size > MAX_LINKED_PACKAGES) continue;
    readable.add(linked);
    await addPackages(await packageOf(join(linked, "package.json")), linked, readable);
  }
}

/** As Node looks for them: from the folder upwards. */
function packageFolders(start: string): string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    if (basename(folder) !== "node_modules") folders.push(join(folder, "node_modules"));
    if (folder === dirname(folder)) return folders;
  }
}

function dependenciesOf({ manifest }: NearestPackage): string[] {
  return DEPENDENCIES.flatMap((field) => {
    const named = manifest[field];
    return isJsonObject(named) ? Object.keys(named) : [];
  });
}

/** Where a package is, if that is not readable already; `undefined` too where it is not installed. */
async function findLinked(
  name: string,
  folders: readonly string[],
  readable: ReadonlySet<string>,
): Promise<string | undefined> {
  for (const folder of folders) {
    // What is not there is looked for in the next folder.
    const found = await realpath(join(folder, name)).catch(() => undefined);
    if (found === undefined) continue;
    return [...readable].some((path) => isWithin(found, path)) ? undefined : found;
  }
  return undefined;
}
