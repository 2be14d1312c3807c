import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { resolve } from "import-meta-resolve";

/** A file that need not be there: what is looked for is looked for from its folder. */
const STAND_IN = "stockpile.mjs";

/**
 * Finds the module of an adapter, as an `import` would: from the folder that was said, else from the working folder of
 * the process upwards, then from where this plugin is installed.
 * @param adapter a package's name, a path, or a `file:` URL.
 * @returns its URL.
 * @throws {Error} it is nowhere; `cause` is why not in the first place.
 */
export function findModule(adapter: string, resolveFrom: string | undefined): string {
  if (adapter.startsWith("file:")) return adapter;
  if (isAbsolute(adapter)) return pathToFileURL(adapter).href;
  const folder = resolveFrom ?? process.cwd();
  const places = [pathToFileURL(join(folder, STAND_IN)).href, import.meta.url];
  const failures: unknown[] = [];
  for (const place of places) {
    try {
      return resolve(adapter, place);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new Error(
    `Cannot find Keyv adapter "${adapter}": expected it to be installed in ${folder} or above, or beside this plugin: received none (npm install ${adapter})`,
    { cause: failures[0] },
  );
}
