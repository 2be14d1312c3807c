import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isRecord } from "./is-record.js";

/** A package that a file belongs to. */
export interface PackageFolder {
  /** Absolute. */
  readonly directory: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/**
 * Finds the packages that files belong to. A package.json without a name, as some packages have in inner folders to
 * say how the files there are to be read, makes no package. Remembers what it has read: a build asks for every import.
 */
export class PackageFolders {
  readonly #byFolder = new Map<string, PackageFolder | undefined>();

  /** @param file absolute. */
  of(file: string): PackageFolder | undefined {
    const folder = dirname(file);
    if (folder === file || basename(file) === "node_modules") return undefined;
    if (!this.#byFolder.has(folder)) this.#byFolder.set(folder, readPackage(folder) ?? this.of(folder));
    return this.#byFolder.get(folder);
  }
}

function readPackage(directory: string): PackageFolder | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  } catch {
    // There is none, or none to go by.
    return undefined;
  }
  if (!isRecord(manifest)) return undefined;
  const { name, version } = manifest;
  if (typeof name !== "string" || name === "") return undefined;
  return { directory, name, version: typeof version === "string" ? version : undefined, manifest };
}
