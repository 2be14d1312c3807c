import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../../contract/errors.js";
import { describeValue } from "./describe-value.js";
import { findPlace } from "./find-place.js";
import type { ConfigPath } from "./format-path.js";
import { IssueList } from "./issue-list.js";
import type { Duplicate, Place } from "./place.js";
import { readConfigFile } from "./read-config-file.js";
import { readConfigFolder } from "./read-config-folder.js";
import { SecretMask } from "./secret-mask.js";

/** A configuration as it was found, nothing checked. */
export interface ConfigSource {
  /** Names it in messages. */
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  readonly data: unknown;
  /** Keys that a file has twice. */
  readonly duplicates: readonly Duplicate[];
  /** The place of a path in the text; of a path that is not there, the place of what it would be in. */
  readonly placeOf?: (path: ConfigPath) => Place | undefined;
}

/**
 * Reads a configuration from a file or from the files of a folder, or takes it as an object.
 *
 * @param cwd where relative paths start: that of the source, and those within an object.
 * @throws {ConfigError} there is nothing that could be looked into: no file, no JSON, no object.
 */
export async function readSource(source: unknown, cwd: string): Promise<ConfigSource> {
  // Resolved, it would be the working folder, and what is there is not what was meant.
  if (source === "") throw unusable('""', source);
  if (typeof source === "string") {
    const path = resolve(cwd, source);
    return (await isFolder(path)) ? readFolderSource(source, path) : readFileSource(source, path);
  }
  const name = "object";
  if (typeof source === "object" && source !== null)
    return { name, directory: resolve(cwd), data: source, duplicates: [] };
  throw unusable(name, source);
}

function unusable(name: string, source: unknown): ConfigError {
  const expected = "the path of a JSON file or of a folder of them, or an object";
  return new ConfigError(name, [
    { path: "", message: `expected ${expected}: received ${describeValue(source)}` },
  ]);
}

async function isFolder(path: string): Promise<boolean> {
  // What cannot be looked at is read as a file, which tells why not.
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function readFileSource(name: string, file: string): Promise<ConfigSource> {
  const found = await readConfigFile(file);
  if ("problem" in found) throw new ConfigError(name, [{ path: "", message: found.problem }]);
  const { data, duplicates, root } = found;
  return { name, directory: dirname(file), data, duplicates, placeOf: (path) => findPlace(path, root) };
}

async function readFolderSource(name: string, directory: string): Promise<ConfigSource> {
  const found = await readConfigFolder(directory);
  if ("problems" in found) {
    // Nothing has been put in from the environment yet.
    const issues = new IssueList(new SecretMask([]));
    for (const { message, place } of found.problems) issues.add([], message, place);
    throw issues.toError(name);
  }
  const { data, duplicates, root } = found;
  return { name, directory, data, duplicates, placeOf: (path) => findPlace(path, root) };
}
