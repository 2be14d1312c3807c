import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { PermissionGrants } from "../config/config.js";

/** Everything, where a list of paths is expected. */
export const EVERYTHING = "*";

/**
 * Makes the paths of grants absolute. Node compares paths as they are asked for: where one that is granted has symbolic
 * links in it, the path that it leads to is granted beside it.
 *
 * @param directory absolute; where relative paths start.
 */
export async function resolveGrants(grants: PermissionGrants, directory: string): Promise<PermissionGrants> {
  return {
    ...grants,
    fsRead: await resolvePaths(grants.fsRead, directory),
    fsWrite: await resolvePaths(grants.fsWrite, directory),
  };
}

async function resolvePaths(paths: readonly string[], directory: string): Promise<string[]> {
  const resolved = new Set<string>();
  for (const path of paths) {
    if (path === EVERYTHING) return [EVERYTHING];
    const absolute = resolve(directory, path);
    resolved.add(absolute);
    resolved.add(await resolveLinks(absolute));
  }
  return [...resolved];
}

async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // It may be made later, by the plugin itself for one.
    return path;
  }
}
