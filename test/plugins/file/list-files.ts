import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The paths of all files in a folder of a backend's folder, from that folder on; none where it is not there. */
export function listFiles(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
