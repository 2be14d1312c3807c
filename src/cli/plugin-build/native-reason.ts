/**
 * Tells a package with native code from its package.json and folder: the code itself names its addon in ways that no
 * bundler can follow, and most often only when it runs.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "./is-record.js";
import type { PackageFolder } from "./package-folder.js";

/** Packages whose one purpose is to find and load the addon of the package that uses them. */
const ADDON_LOADERS: ReadonlySet<string> = new Set([
  "@mapbox/node-pre-gyp",
  "@neon-rs/load",
  "bindings",
  "cmake-js",
  "node-gyp-build",
  "node-gyp-build-optional-packages",
  "node-pre-gyp",
  "pkg-prebuilds",
  "prebuild-install",
]);

/** Why a package cannot be bundled, as in `it is built by node-gyp`; `undefined` where it is plain JavaScript. */
export function nativeReason({ name, manifest, directory }: PackageFolder): string | undefined {
  if (ADDON_LOADERS.has(name)) return "it looks for a native addon when it runs";
  const { gypfile, binary, napi, cpu, libc } = manifest;
  if (gypfile === true || existsSync(join(directory, "binding.gyp")))
    return "it is a native addon, built by node-gyp";
  if (isRecord(napi)) return "it is a native addon, built by napi-rs";
  if (isRecord(binary) && typeof binary["module_name"] === "string")
    return "it is a native addon, built ahead for each platform";
  if (cpu !== undefined || libc !== undefined) return "it holds the native code for one platform";
  if (existsSync(join(directory, "prebuilds"))) return "it is a native addon, built ahead for each platform";
  const loader = dependencyNames(manifest).find((each) => ADDON_LOADERS.has(each));
  return loader === undefined ? undefined : `it loads a native addon by ${loader}`;
}

function dependencyNames({ dependencies, optionalDependencies }: PackageFolder["manifest"]): string[] {
  return [dependencies, optionalDependencies].flatMap((each) => (isRecord(each) ? Object.keys(each) : []));
}
