import { isWithin } from "./is-within.js";
import { EVERYTHING } from "./resolve-grants.js";

/**
 * Whether a folder is granted with all that is in it.
 * @param paths absolute, or `"*"`.
 */
export function grantsFolder(paths: readonly string[], folder: string): boolean {
  return paths.some((path) => path === EVERYTHING || isWithin(folder, path));
}
