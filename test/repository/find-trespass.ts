import { posix } from "node:path";
import type { Import } from "./read-imports.js";
import { LAYER_RULES } from "./layer-rules.js";

/** All a plugin may know of this package. */
const PLUGIN_CONTRACT = "@stockpile/core/plugin";

/** Packages of this repository, by whatever name and path. */
const OWN_PACKAGE = /^@stockpile\//;

/**
 * Judges an import by the rules of the layers.
 * @param file the importing file, as in `src/host/main.ts`.
 * @returns what is wrong with it; `undefined` if nothing is.
 */
export function findTrespass(file: string, { specifier }: Pick<Import, "specifier">): string | undefined {
  const [area = "", name = ""] = file.split("/");
  const home = `${area}/${name}/`;
  if (!specifier.startsWith(".")) {
    if (!OWN_PACKAGE.test(specifier)) return undefined;
    if (area !== "plugins") return `${file} goes round the layers by way of ${specifier}`;
    return specifier === PLUGIN_CONTRACT ? undefined : `${file} imports ${specifier}, not the contract`;
  }
  const target = resolveImport(file, specifier);
  if (target.startsWith(home)) return undefined;
  const allowed = area === "src" ? (LAYER_RULES[name] ?? []) : [];
  if (allowed.some((rule) => (rule.endsWith("/") ? target.startsWith(rule) : target === rule)))
    return undefined;
  return `${file} imports ${target}`;
}

/** The source file a relative import leads to. */
export function resolveImport(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier).replace(/\.js(x?)$/, ".ts$1");
}
