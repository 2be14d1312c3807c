import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { errorCode } from "../error-code.js";
import type { LocatedModule } from "./located-module.js";
import { ResolutionError } from "./resolution-error.js";

/** A package's name, with or without a scope, and what it may be followed by: a path within the package. */
const SPECIFIER = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:\/.+)?$/i;

/**
 * Finds a package's module as Node does on import, first from the configuration's directory, where users install
 * plugins, then from Stockpile's own place, where the built-in ones are.
 *
 * @throws {ResolutionError} there is none.
 */
export function resolvePackage(specifier: string, directory: string): LocatedModule {
  const packageName = SPECIFIER.exec(specifier)?.[1];
  if (packageName === undefined || isBuiltin(specifier)) {
    throw new ResolutionError(
      'expected a package name, a path that starts with "./", "../" or "/", or a file: URL',
    );
  }
  // The file need not exist: packages are looked for from its folder upwards.
  const fromDirectory = pathToFileURL(join(directory, "stockpile.json"));
  const file = tryResolve(specifier, fromDirectory) ?? tryResolve(specifier, new URL(import.meta.url));
  if (file !== undefined) return { file, packageName };
  const hint = existsSync(resolve(directory, specifier))
    ? `did you mean "./${specifier}"?`
    : `is it installed? (npm install ${packageName})`;
  throw new ResolutionError(`cannot find package ${packageName} from ${directory}: ${hint}`);
}

/** Answers `undefined` where the package is not there, and throws where it is there without the module. */
function tryResolve(specifier: string, from: URL): string | undefined {
  try {
    return fileURLToPath(moduleResolve(specifier, from));
  } catch (cause) {
    // With a URL it is not the package that was not found, but a file of it.
    const isMissing =
      errorCode(cause) === "ERR_MODULE_NOT_FOUND" && cause instanceof Error && !("url" in cause);
    if (isMissing) return undefined;
    throw ResolutionError.from(cause);
  }
}
