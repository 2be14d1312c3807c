import { open } from "node:fs/promises";
import { fsReason } from "../fs-reason.js";
import { isJsonObject, type JsonValue } from "../json-value.js";
import { nearestPackage } from "./nearest-package.js";
import { ResolutionError } from "./resolution-error.js";

/** How much of a built file is searched for its declaration, in bytes: it stands at the top, after a banner at most. */
const HEAD_BYTES = 1024;

/** The declaration of a file built to stand alone. */
const DECLARATION = /\/\* @stockpile protocol (\d{1,9})( native)? \*\//;

/** What a module says of itself without being run. */
export interface Declaration {
  /** The version of the plugin protocol it was made for; `undefined` where it says none, NaN where that is no whole number. */
  readonly protocol: number | undefined;
  /** Whether it loads native addons; nothing said is no. */
  readonly isNative: boolean;
}

/**
 * Reads what a module declares: by the comment `@stockpile protocol 1` or `@stockpile protocol 1 native`, between
 * slashes and stars, in its first 1,024 bytes, else by `"stockpile": { "protocol": 1, "native": true }` in the nearest
 * package.json above it. The comment goes first because it is closer: the package.json above a built file is often its
 * user's.
 *
 * @param file absolute, symbolic links resolved.
 * @throws {ResolutionError} the file or the package.json cannot be read.
 */
export async function readDeclaration(file: string): Promise<Declaration> {
  const comment = DECLARATION.exec(await readHead(file));
  if (comment !== null) return { protocol: Number(comment[1]), isNative: comment[2] !== undefined };
  const stockpile = (await nearestPackage(file))?.manifest["stockpile"];
  const { protocol, native } = isJsonObject(stockpile) ? stockpile : {};
  return { protocol: protocol === undefined ? undefined : wholeNumber(protocol), isNative: native === true };
}

function wholeNumber(value: JsonValue): number {
  return Number.isSafeInteger(value) ? Number(value) : Number.NaN;
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
