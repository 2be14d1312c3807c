import { basename, dirname } from "node:path";
import { readManifest, type Manifest } from "./read-manifest.js";

/** The package a file belongs to. */
export interface NearestPackage {
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Finds the package.json that holds for a file, as Node looks for it: upwards, but not beyond the `node_modules` a
 * package is installed in.
 *
 * @param file absolute.
 * @throws {ResolutionError} it cannot be read, or is not a JSON object.
 */
export async function nearestPackage(file: string): Promise<NearestPackage | undefined> {
  for (let folder = dirname(file); basename(folder) !== "node_modules"; folder = dirname(folder)) {
    const manifest = await readManifest(folder);
    if (manifest !== undefined) return { folder, manifest };
    if (folder === dirname(folder)) return undefined;
  }
  return undefined;
}
