import { isAbsolute, relative, resolve, sep } from "node:path";
import { isRecord } from "./is-record.js";
import type { PackageFolders } from "./package-folder.js";

/** Rewrites the paths of sources. */
export interface PortablePaths {
  readonly inCode: (code: string) => string;
  readonly inMap: (map: string) => string;
}

/**
 * Where a bundle names its sources, in comments and in its map, it does so by paths relative to the plugin's folder.
 * Those that lead out of it, as to packages installed further up or linked from elsewhere, would tell of the machine
 * and differ on the next: they become `node_modules/<name>/<path>`.
 *
 * @param inputs as esbuild names them.
 * @param directory the plugin's folder, absolute.
 */
export function portablePaths(
  inputs: readonly string[],
  directory: string,
  folders: PackageFolders,
): PortablePaths {
  const nameOf = (path: string): string => portableName(resolve(directory, path), folders);
  const names = new Map(inputs.filter(leadsOut).map((input) => [input, nameOf(input)]));
  return {
    inCode: (code) =>
      // Both forms take a line of their own, so no line moves and the map stays right.
      names.size === 0
        ? code
        : code
            .replaceAll(/^\/\/ (.+)$/gm, (line, path: string) => replaced(line, path, names))
            .replaceAll(/^ {2}"(.+)"\(.*\) \{$/gm, (line, path: string) => replaced(line, path, names)),
    inMap: (map) => {
      const parsed: unknown = JSON.parse(map);
      if (!isRecord(parsed) || !Array.isArray(parsed["sources"])) return map;
      // The maps of packages lead on to sources that are no inputs.
      const sources = parsed["sources"].map(String).map((path) => (leadsOut(path) ? nameOf(path) : path));
      return `${JSON.stringify({ ...parsed, sources })}\n`;
    },
  };
}

function leadsOut(path: string): boolean {
  return path.startsWith("../") || isAbsolute(path);
}

function replaced(line: string, path: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(path);
  return name === undefined ? line : line.replace(path, () => name);
}

function portableName(file: string, folders: PackageFolders): string {
  const home = folders.of(file);
  if (home === undefined) return `outside/${file.slice(file.lastIndexOf(sep) + 1)}`;
  return `node_modules/${home.name}/${relative(home.directory, file).replaceAll(sep, "/")}`;
}
