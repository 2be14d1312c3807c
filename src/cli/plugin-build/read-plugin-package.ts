import { realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import { PROTOCOL_VERSION } from "../../host/main.js";
import { errorReason } from "./error-reason.js";
import { isRecord } from "./is-record.js";
import { readManifest } from "./read-manifest.js";

/** The package a plugin is built from. */
export interface PluginPackage {
  /** Absolute, symbolic links resolved. */
  readonly directory: string;
  /** Without the scope; the folder's where the package.json names none. */
  readonly name: string;
  readonly version: string | undefined;
  /** Whether its package.json says that it loads native addons. */
  readonly isNative: boolean;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/**
 * Reads the package.json of a plugin.
 * @param directory absolute.
 * @throws {Error} there is no such folder, no package.json, none that is a JSON object, or one for another protocol.
 */
export async function readPluginPackage(directory: string): Promise<PluginPackage> {
  const refuse = (why: string, cause?: unknown): Error =>
    new Error(`Cannot build a plugin from ${directory}: ${why}`, cause === undefined ? {} : { cause });
  const folder = await realpath(directory).catch((error: unknown) => {
    throw refuse(`expected a folder: ${errorReason(error)}`, error);
  });
  if (!(await stat(folder)).isDirectory()) throw refuse("expected a folder: it is a file");
  const manifest = await readManifest(folder, refuse);
  if (!isRecord(manifest)) throw refuse("expected its package.json to be a JSON object");
  const { name, version, stockpile } = manifest;
  const protocol = isRecord(stockpile) ? stockpile["protocol"] : undefined;
  if (protocol !== undefined && protocol !== PROTOCOL_VERSION) {
    throw refuse(
      `expected "stockpile.protocol" in its package.json to be ${PROTOCOL_VERSION}, which this version of Stockpile speaks: received ${JSON.stringify(protocol)}`,
    );
  }
  return {
    directory: folder,
    name: typeof name === "string" && name !== "" ? name.slice(name.lastIndexOf("/") + 1) : basename(folder),
    version: typeof version === "string" ? version : undefined,
    isNative: isRecord(stockpile) && stockpile["native"] === true,
    manifest,
  };
}
