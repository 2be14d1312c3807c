import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Esbuild from "esbuild";
import satisfies from "semver/functions/satisfies.js";
import { errorReason } from "./error-reason.js";

/** The least version whose options and messages are known; package.json says the same of its peer. */
const SUPPORTED = ">=0.25.0";

/**
 * Loads the bundler: that of the plugin's folder, else that beside this package.
 *
 * @param directory the plugin's folder, absolute.
 * @throws {Error} it is not installed, too old, or broken.
 */
export async function loadEsbuild(directory: string): Promise<typeof Esbuild> {
  const refuse = (why: string, cause?: unknown): Error =>
    new Error(
      `Cannot build a plugin from ${directory}: expected the package esbuild ${SUPPORTED}: ${why}: run "npm install --save-dev esbuild" there`,
      cause === undefined ? {} : { cause },
    );
  const path = findPackage(join(directory, "package.json")) ?? findPackage(new URL(import.meta.url));
  if (path === undefined) throw refuse("it is not installed");
  // `import()` of a path that is found at run time knows no types; the version is checked.
  const loaded = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw refuse(errorReason(error), error);
  })) as { readonly default: typeof Esbuild };
  const { version } = loaded.default;
  if (!satisfies(version, SUPPORTED)) throw refuse(`found ${version} at ${path}`);
  return loaded.default;
}

function findPackage(from: string | URL): string | undefined {
  try {
    return createRequire(from).resolve("esbuild");
  } catch {
    return undefined;
  }
}
