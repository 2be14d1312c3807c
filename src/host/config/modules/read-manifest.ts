import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../error-code.js";
import { fsReason } from "../fs-reason.js";
import { isJsonObject, type JsonValue } from "../json-value.js";
import { ResolutionError } from "./resolution-error.js";

/** The content of a package.json. */
export type Manifest = Readonly<Record<string, JsonValue>>;

/**
 * Reads the package.json in a folder.
 *
 * @returns `undefined` where there is none.
 * @throws {ResolutionError} it cannot be read, or is not a JSON object.
 */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const file = join(folder, "package.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw new ResolutionError(`cannot read ${file}: ${fsReason(cause)}`, { cause });
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new ResolutionError(`cannot read ${file}: it is not JSON`, { cause });
  }
  if (!isJsonObject(manifest)) throw new ResolutionError(`cannot read ${file}: it is not a JSON object`);
  return manifest;
}
