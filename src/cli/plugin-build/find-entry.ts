/**
 * Finds the file a build begins at.
 *
 * A package.json names the module that users load, which for a TypeScript plugin is often not there before something
 * has been built, and may be the very file that is to be built. So what it names is taken where it is a source, and
 * the places where sources commonly are come after. `stockpile.entry` is for whoever wants to say it outright.
 */
import { stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { exportTarget } from "./export-target.js";
import { isPluginBuild } from "./is-plugin-build.js";
import { isRecord } from "./is-record.js";
import type { PluginPackage } from "./read-plugin-package.js";

const FALLBACKS: readonly string[] = ["src/main", "src/index", "main", "index"].flatMap((name) =>
  ["ts", "mts", "js", "mjs"].map((extension) => `${name}.${extension}`),
);

/**
 * @param outFile what is to be built: never an entry.
 * @returns an absolute path.
 * @throws {Error} there is no entry, or the package.json does not say which of several it is.
 */
export async function findEntry(plugin: PluginPackage, outFile: string): Promise<string> {
  const { directory, manifest } = plugin;
  const { main, exports, stockpile } = manifest;
  const refuse = (why: string): Error => new Error(`Cannot build a plugin from ${directory}: ${why}`);
  const entry = isRecord(stockpile) ? stockpile["entry"] : undefined;
  if (entry !== undefined) {
    const file = typeof entry === "string" ? resolve(directory, entry) : undefined;
    if (file !== undefined && (await isSource(file, outFile))) return file;
    throw refuse(
      `expected "stockpile.entry" in its package.json to name a source file: received ${JSON.stringify(entry)}`,
    );
  }
  const named = typeof main === "string" ? [main, `${main}.js`, join(main, "index.js")] : [];
  if (exports !== undefined && exports !== null) {
    const target = exportTarget(exports);
    if (target === undefined) {
      throw refuse(
        'expected "exports" in its package.json to have an entry "." for import: name the source file in "stockpile": { "entry": … }',
      );
    }
    named.unshift(target);
  }
  for (const candidate of [...named, ...FALLBACKS]) {
    const file = resolve(directory, candidate);
    if (await isSource(file, outFile)) return file;
  }
  const looked = [...new Set([...named, "src/main.ts", "src/index.ts", "main.ts", "index.ts"])].join(", ");
  throw refuse(
    `expected its source, ${looked} or the like: found none: name it in its package.json by "stockpile": { "entry": … }`,
  );
}

/** Whether it is there, and no earlier build: that would be bundled into itself, whatever has changed since. */
async function isSource(file: string, outFile: string): Promise<boolean> {
  if (relative(file, outFile) === "") return false;
  const stats = await stat(file).catch(() => undefined);
  // What cannot be read is told by the bundler.
  return stats?.isFile() === true && !(await isPluginBuild(file).catch(() => false));
}
