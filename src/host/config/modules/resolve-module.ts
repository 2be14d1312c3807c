import { realpath } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fsReason } from "../fs-reason.js";
import type { LocatedModule } from "./located-module.js";
import { readDeclaration } from "./read-declaration.js";
import type { Declaration } from "./read-declaration.js";
import { readablePaths } from "./readable-paths.js";
import { ResolutionError } from "./resolution-error.js";
import { resolvePackage } from "./resolve-package.js";
import { resolvePath } from "./resolve-path.js";

/** A plugin's module, found. Symbolic links in its path are resolved. */
export interface ResolvedModule extends LocatedModule, Declaration {
  /** `file:` URL. */
  readonly url: string;
  /** See `readablePaths`. */
  readonly readable: readonly string[];
}

/** What is a path and not the name of a package; backslashes as on Windows. */
const RELATIVE = /^\.\.?(?:[\\/]|$)/;

/**
 * Finds the module of a plugin.
 *
 * @param specifier a package's name, a path within a package, a path that is absolute or starts with `./` or `../`,
 * of a file or of a folder with a package.json, or a `file:` URL, whose query and fragment are passed over: a plugin
 * has a thread, and so a cache of modules, of its own anyway.
 * @param directory absolute; relative paths and packages are looked for from here.
 * @throws {ResolutionError} there is no such module.
 */
export async function resolveModule(specifier: string, directory: string): Promise<ResolvedModule> {
  const located = await locate(specifier, directory);
  const file = await resolveLinks(located.file);
  return {
    ...located,
    file,
    url: pathToFileURL(file).href,
    ...(await readDeclaration(file)),
    readable: await readablePaths(file, directory),
  };
}

async function locate(specifier: string, directory: string): Promise<LocatedModule> {
  if (specifier.startsWith("file:")) return resolvePath(pathOfUrl(specifier));
  if (RELATIVE.test(specifier) || isAbsolute(specifier)) return resolvePath(resolve(directory, specifier));
  return resolvePackage(specifier, directory);
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new ResolutionError("expected a file: URL of this machine, as in file:///srv/plugins/redis.mjs", {
      cause,
    });
  }
}

/** As Node does on import, so that the packages a module imports are looked for from where it really is. */
async function resolveLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    throw new ResolutionError(`cannot read ${file}: ${fsReason(cause)}`, { cause });
  }
}
