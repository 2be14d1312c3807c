import { readFile, stat } from "node:fs/promises";
import { findPlace } from "./find-place.js";
import { fsReason } from "./fs-reason.js";
import type { Duplicate, PlacedNode } from "./place.js";
import { scanJson, type JsonNode } from "./scan-json.js";

/** 1 MiB: a hundred times the largest sensible configuration; what is larger is something else. */
export const MAX_CONFIG_BYTES = 1_048_576;

/** What a file says. */
export interface ConfigFile {
  /** JSON, nothing checked. */
  readonly data: unknown;
  readonly root: PlacedNode;
  readonly duplicates: readonly Duplicate[];
  readonly bytes: number;
}

/**
 * Reads a JSON file.
 *
 * @param file absolute.
 * @param name names it in places, where it is one of several.
 * @returns what it says, or why that cannot be told.
 */
export async function readConfigFile(
  file: string,
  name?: string,
): Promise<ConfigFile | { readonly problem: string }> {
  const bytes = await readBytes(file);
  if (typeof bytes === "string") return { problem: bytes };
  let text: string;
  try {
    // Passes over a byte order mark at the start.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: "expected JSON in UTF-8: received bytes that are not UTF-8" };
  }
  const scan = scanJson(text);
  if ("problem" in scan) return { problem: `line ${scan.line}, column ${scan.column}: ${scan.problem}` };
  const root = locate(scan.root, name);
  return {
    // What the scan passes is JSON.
    data: JSON.parse(text) as unknown,
    root,
    duplicates: scan.duplicates.map((path) => ({ path, place: findPlace(path, root) })),
    bytes: bytes.length,
  };
}

/** The bytes, or why they cannot be had. */
async function readBytes(file: string): Promise<Buffer | string> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return `expected a JSON file: ${file} is a folder`;
    // Reading a pipe or a device could wait for ever.
    if (!stats.isFile()) return `expected a JSON file: ${file} is no regular file`;
    if (stats.size > MAX_CONFIG_BYTES)
      return `expected a file of at most ${MAX_CONFIG_BYTES} bytes: received ${stats.size}`;
    return await readFile(file);
  } catch (error) {
    return `expected a JSON file at ${file}: ${fsReason(error)}`;
  }
}

function locate({ line, children }: JsonNode, file: string | undefined): PlacedNode {
  const place = file === undefined ? { line } : { file, line };
  if (children === undefined) return { place };
  return { place, children: new Map([...children].map(([key, child]) => [key, locate(child, file)])) };
}
