import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Something that may be named after an npm package. */
export interface Named {
  readonly name: string;
  /** What the name begins with. */
  readonly package?: string;
}

/** The name with the version of the installed package, as in `keyv 5.6.0, get`. */
export function withVersion({ name, package: packageName }: Named): string {
  if (packageName === undefined) return name;
  return `${packageName} ${versionOf(packageName)}${name.slice(packageName.length)}`;
}

/** From the package's manifest, whatever its `exports` hide. */
function versionOf(packageName: string): string {
  const entry = fileURLToPath(import.meta.resolve(packageName));
  const folder = `/node_modules/${packageName}/`;
  const end = entry.lastIndexOf(folder) + folder.length;
  const manifest = JSON.parse(readFileSync(`${entry.slice(0, end)}package.json`, "utf8")) as {
    version: string;
  };
  return manifest.version; // every installed package has one
}
