/**
 * The part of the build that decides on imports: the contract is taken from here, the host is refused, and packages
 * with native code are found.
 */
import { isBuiltin } from "node:module";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnResolveArgs, OnResolveResult, PluginBuild, Plugin } from "esbuild";
import { nativeReason } from "./native-reason.js";
import type { PackageFolders } from "./package-folder.js";

export interface ResolveImportsOptions {
  /** The plugin's own folder, absolute. */
  readonly directory: string;
  readonly folders: PackageFolders;
  /** Filled with the packages found that have native code, and why they are believed to. */
  readonly natives: Map<string, string>;
  /** Those known from an earlier run, which are left to fail as packages that are not there. */
  readonly left: ReadonlySet<string>;
}

/** What of the contract is left at run time, read from this package rather than from the plugin's. */
const CONTRACT_FILE = fileURLToPath(new URL("../../contract/plugin.js", import.meta.url));
/** Marks questions of our own, which are not to be asked again. */
const OWN_QUESTION = { isOwnQuestion: true };
const OWN_PACKAGE = /^@stockpile\/core(?:\/|$)/;

export function resolveImports(options: ResolveImportsOptions): Plugin {
  return {
    name: "stockpile",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (question) => {
        const { path, kind, pluginData } = question;
        if (pluginData === OWN_QUESTION || kind === "entry-point" || isBuiltin(path)) return undefined;
        if (OWN_PACKAGE.test(path)) return resolveOwn(path);
        if (path.endsWith(".node")) return resolveAddon(question, options);
        if (path.startsWith(".") || isAbsolute(path)) return undefined;
        return resolvePackage(build, question, options);
      });
    },
  };
}

function resolveOwn(path: string): OnResolveResult {
  if (path === "@stockpile/core/plugin") return { path: CONTRACT_FILE, sideEffects: false };
  return {
    errors: [
      {
        text: `cannot bundle "${path}": a plugin runs apart from its host: import from "@stockpile/core/plugin" alone, or types only by "import type"`,
      },
    ],
  };
}

/** An addon of the plugin's own is an error; one of a package makes it a native one, to be left out as a whole. */
function resolveAddon(
  { path, importer }: OnResolveArgs,
  { folders, natives, directory }: ResolveImportsOptions,
): OnResolveResult {
  const home = folders.of(importer);
  if (home !== undefined && home.directory !== directory) {
    natives.set(installedName(home.directory) ?? home.name, "it loads a native addon");
    return { path, external: true };
  }
  return {
    errors: [
      {
        text: `cannot bundle "${path}": it is a native addon: build none, and load this plugin as a folder with a package.json`,
      },
    ],
  };
}

async function resolvePackage(
  build: PluginBuild,
  { path, kind, importer, resolveDir }: OnResolveArgs,
  { folders, natives, left, directory }: ResolveImportsOptions,
): Promise<OnResolveResult | undefined> {
  if (left.has(packageName(path))) return undefined;
  const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: OWN_QUESTION });
  // What cannot be found is told by esbuild's own resolution, which knows whether the code is prepared for that.
  if (found.errors.length > 0 || found.external || found.namespace !== "file") return undefined;
  const home = folders.of(found.path);
  if (
    home === undefined ||
    home.directory === directory ||
    home.directory === folders.of(importer)?.directory
  )
    return undefined;
  const reason = nativeReason(home);
  if (reason === undefined) return undefined;
  natives.set(packageName(path), reason);
  return { path, external: true };
}

/** Of `@scope/name/path` and `name/path` the name. */
function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The name a package is imported by: that of its folder in node_modules, which an alias of npm makes another. */
function installedName(directory: string): string | undefined {
  return /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)$/.exec(directory)?.[1]?.replace("\\", "/");
}
