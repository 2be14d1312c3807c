import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../../contract/errors.js";
import { describeValue } from "./describe-value.js";
import type { ConfigPath } from "./format-path.js";
import { fsReason } from "./fs-reason.js";
import { scanJson, type JsonNode } from "./scan-json.js";

/** 1 MiB: a hundred times the largest sensible configuration; a larger file is some other file. */
const MAX_FILE_BYTES = 1_048_576;

/** A configuration as it was found, nothing checked. */
export interface ConfigSource {
  /** Names it in messages. */
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  readonly data: unknown;
  /** Keys that a file has twice. */
  readonly duplicates: readonly ConfigPath[];
  /** The line of a path in the file, from 1; of a path that is not there, the line of what it would be in. */
  readonly lineOf?: (path: ConfigPath) => number;
}

/**
 * Reads a configuration from a file, or takes it as an object.
 *
 * @param cwd where relative paths start: that of the file, and those within an object.
 * @throws {ConfigError} there is nothing that could be looked into: no file, no JSON, no object.
 */
export async function readSource(source: unknown, cwd: string): Promise<ConfigSource> {
  if (typeof source === "string") return readFileSource(source, resolve(cwd, source));
  const name = "object";
  if (typeof source === "object" && source !== null)
    return { name, directory: resolve(cwd), data: source, duplicates: [] };
  throw refusal(name, `expected the path of a JSON file, or an object: received ${describeValue(source)}`);
}

async function readFileSource(name: string, file: string): Promise<ConfigSource> {
  const text = await readText(name, file);
  const scan = scanJson(text);
  if ("problem" in scan) throw refusal(name, `line ${scan.line}, column ${scan.column}: ${scan.problem}`);
  return {
    name,
    directory: dirname(file),
    // What the scan passes is JSON.
    data: JSON.parse(text) as unknown,
    duplicates: scan.duplicates,
    lineOf: (path) => lineOf(path, scan.root),
  };
}

async function readText(name: string, file: string): Promise<string> {
  let stats: Stats;
  let bytes: Buffer;
  try {
    stats = await stat(file);
    if (stats.isDirectory()) throw refusal(name, `expected a JSON file: ${file} is a folder`);
    // Reading a pipe or a device could wait for ever.
    if (!stats.isFile()) throw refusal(name, `expected a JSON file: ${file} is no regular file`);
    if (stats.size > MAX_FILE_BYTES) {
      throw refusal(name, `expected a file of at most ${MAX_FILE_BYTES} bytes: received ${stats.size}`);
    }
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw refusal(name, `expected a JSON file at ${file}: ${fsReason(error)}`);
  }
  try {
    // Passes over a byte order mark at the start.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal(name, "expected JSON in UTF-8: received bytes that are not UTF-8");
  }
}

function refusal(name: string, message: string): ConfigError {
  return new ConfigError(name, [{ path: "", message }]);
}

function lineOf(path: ConfigPath, root: JsonNode): number {
  let node = root;
  for (const segment of path) {
    const child = node.children?.get(segment);
    if (child === undefined) break;
    node = child;
  }
  return node.line;
}
