/** What of ours a life imports: under a permission model it must be readable, or the life never begins. */
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDERS = ["../../worker", "../../contract"] as const;
/** Of Piscina a thread runs its worker, and ours speaks over Comlink. */
const PACKAGES = ["piscina", "comlink"] as const;

let found: readonly string[] | undefined;

/** Absolute paths of folders. */
export function ownFiles(): readonly string[] {
  found ??= [
    ...FOLDERS.map((folder) => fileURLToPath(new URL(folder, import.meta.url))),
    ...PACKAGES.map(packageFolder),
  ];
  return found;
}

function packageFolder(name: string): string {
  const file = createRequire(import.meta.url).resolve(name);
  let folder = dirname(file);
  while (basename(folder) !== name && folder !== dirname(folder)) folder = dirname(folder);
  // Where it is laid otherwise, the folder of what it exports.
  return basename(folder) === name ? folder : dirname(file);
}
