import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { errorCode } from "../error-code.js";
import { fsReason } from "../fs-reason.js";
import type { LocatedModule } from "./located-module.js";
import { readManifest } from "./read-manifest.js";
import { ResolutionError } from "./resolution-error.js";

/** What a folder's module is where its package.json does not say. */
const FALLBACKS: readonly string[] = ["index.js", "index.mjs", "main.js", "main.mjs"];

/**
 * Finds the module at a path: the file itself, or for a folder what its package.json names by `exports` or `main`, else
 * its index or main file.
 *
 * @param path absolute.
 * @throws {ResolutionError} there is none.
 */
export async function resolvePath(path: string): Promise<LocatedModule> {
  const stats = await statOf(path);
  if (stats === undefined) throw new ResolutionError(`cannot find ${path}`);
  if (stats.isDirectory()) return resolveFolder(path);
  if (!stats.isFile()) throw new ResolutionError(`expected a file or a folder: ${path} is neither`);
  return { file: path };
}

async function resolveFolder(folder: string): Promise<LocatedModule> {
  const manifest = await readManifest(folder);
  if (manifest === undefined)
    throw new ResolutionError(`expected a package.json in the folder ${folder}: found none`);
  const { name, main, exports } = manifest;
  const named = typeof name === "string" ? { packageName: name } : {};
  if (exports !== undefined && exports !== null) return { file: resolveExports(folder, name), ...named };
  const candidates = typeof main === "string" ? [main, `${main}.js`, join(main, "index.js")] : FALLBACKS;
  for (const candidate of candidates) {
    const file = resolve(folder, candidate);
    if ((await statOf(file))?.isFile() === true) return { file, ...named };
  }
  const expected =
    typeof main === "string" ? `the "main" of its package.json, ${main}` : FALLBACKS.join(" or ");
  throw new ResolutionError(`expected in the folder ${folder} ${expected}: found none`);
}

/** A package may import itself by its name, through its `exports`: that is how Node's own rules are had here. */
function resolveExports(folder: string, name: unknown): string {
  const file = join(folder, "package.json");
  if (typeof name !== "string")
    throw new ResolutionError(`expected "name" beside "exports" in ${file}: found none`);
  try {
    return fileURLToPath(moduleResolve(name, pathToFileURL(file)));
  } catch (cause) {
    throw ResolutionError.from(cause);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ResolutionError(`cannot read ${path}: ${fsReason(cause)}`, { cause });
  }
}
