import { open } from "node:fs/promises";
import { fsReason } from "../fs-reason.js";
import { isJsonObject } from "../json-value.js";
import { nearestPackage } from "./nearest-package.js";
import { ResolutionError } from "./resolution-error.js";

/** How much of a built file is searched for its declaration, in bytes: it stands at the top, after a banner at most. */
const HEAD_BYTES = 1024;

/** The declaration of a file built to stand alone. */
const DECLARATION = /\/\* @stockpile protocol (\d{1,9}) \*\//;

/**
 * Finds the version of the plugin protocol a module was made for: that of the comment `@stockpile protocol 1`, between
 * slashes and stars, in its first 1,024 bytes, else that of `"stockpile": { "protocol": 1 }` in the nearest package.json
 * above it. The comment goes first because it is closer: the package.json above a built file is often its user's.
 *
 * @param file absolute, symbolic links resolved.
 * @returns `undefined` where neither is there, NaN where the package.json declares something else than a whole number.
 * @throws {ResolutionError} the file or the package.json cannot be read.
 */
export async function readDeclaredProtocol(file: string): Promise<number | undefined> {
  const declaration = DECLARATION.exec(await readHead(file))?.[1];
  if (declaration !== undefined) return Number(declaration);
  const stockpile = (await nearestPackage(file))?.manifest["stockpile"];
  const protocol = isJsonObject(stockpile) ? stockpile["protocol"] : undefined;
  if (protocol === undefined) return undefined;
  return Number.isSafeInteger(protocol) ? Number(protocol) : Number.NaN;
}

async function readHead(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } catch (cause) {
    throw new ResolutionError(`cannot read ${file}: ${fsReason(cause)}`, { cause });
  }
}
