import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describeValue } from "./describe-value.js";
import { fsReason } from "./fs-reason.js";
import { isJsonObject } from "./json-value.js";
import { mergeFiles } from "./merge-files.js";
import type { Duplicate, Place, PlacedNode } from "./place.js";
import { MAX_CONFIG_BYTES, readConfigFile, type ConfigFile } from "./read-config-file.js";

/** What the files of a folder say together. */
export interface ConfigFolder {
  /** JSON, nothing checked. */
  readonly data: unknown;
  readonly root: PlacedNode;
  readonly duplicates: readonly Duplicate[];
}

/** What keeps a folder from being looked into further; without a place it is the folder itself. */
export interface FolderProblem {
  readonly message: string;
  readonly place?: Place;
}

/**
 * Reads the `*.json` files of a folder in alphabetical order, that of their characters' numbers, and merges them.
 * Passed over are names that begin with a dot, as editors and mounted volumes have them, JSON Schemas
 * (`*.schema.json`), and all other endings. Symbolic links are followed.
 *
 * @param folder absolute.
 * @returns what they say together, or all that keeps them from being read.
 */
export async function readConfigFolder(
  folder: string,
): Promise<ConfigFolder | { readonly problems: readonly FolderProblem[] }> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter(isConfigName).toSorted();
  } catch (error) {
    return { problems: [{ message: `expected a readable folder at ${folder}: ${fsReason(error)}` }] };
  }
  if (names.length === 0)
    return { problems: [{ message: `expected *.json files in the folder ${folder}: found none` }] };
  const { files, problems } = await readFiles(folder, names);
  if (problems.length > 0) return { problems };
  return { ...mergeFiles(files), duplicates: files.flatMap(({ duplicates }) => duplicates) };
}

function isConfigName(name: string): boolean {
  return name.endsWith(".json") && !name.endsWith(".schema.json") && !name.startsWith(".");
}

async function readFiles(
  folder: string,
  names: readonly string[],
): Promise<{ files: ConfigFile[]; problems: FolderProblem[] }> {
  const files: ConfigFile[] = [];
  const problems: FolderProblem[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = await readConfigFile(join(folder, name), name);
    const problem = "problem" in file ? file.problem : problemOf(file.data);
    if (problem !== undefined) problems.push({ message: problem, place: { file: name } });
    if ("problem" in file) continue;
    files.push(file);
    bytes += file.bytes;
    if (bytes <= MAX_CONFIG_BYTES) continue;
    // The rest is not read: a folder may hold any amount.
    problems.push({ message: `expected files of at most ${MAX_CONFIG_BYTES} bytes together: received more` });
    break;
  }
  return { files, problems };
}

function problemOf(data: unknown): string | undefined {
  return isJsonObject(data) ? undefined : `expected an object: received ${describeValue(data)}`;
}
