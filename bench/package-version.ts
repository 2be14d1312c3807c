import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The version of an installed package, whatever its `exports` hide. */
export function packageVersion(name: string): string {
  const entry = fileURLToPath(import.meta.resolve(name));
  const folder = `/node_modules/${name}/`;
  const end = entry.lastIndexOf(folder) + folder.length;
  const manifest = JSON.parse(readFileSync(`${entry.slice(0, end)}package.json`, "utf8")) as {
    version: string;
  };
  return manifest.version; // every installed package has one
}
