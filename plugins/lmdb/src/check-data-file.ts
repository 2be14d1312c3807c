import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Where LMDB's mark is in its file, and what it is: behind the head of the first page. */
const MAGIC_OFFSET = 24;
const MAGIC = 0xbeefc0de;
/** Behind the mark: the version of the format, the size of a page, and the last page in use, in two copies. */
const VERSION_OFFSET = MAGIC_OFFSET + 4;
const VERSION = 2;
const PAGE_SIZE_OFFSET = MAGIC_OFFSET + 24;
const LAST_PAGE_OFFSET = MAGIC_OFFSET + 120;
const HEAD_BYTES = LAST_PAGE_OFFSET + 8;

/** The last pages in use need not have been written where they are free; half a file is none. */
const LEAST_SHARE = 0.5;

/**
 * Makes sure that a file is LMDB's before LMDB maps it: what is none, or was cut off, would end the process.
 * @param file may be absent or empty, which LMDB makes a new one of.
 * @throws {Error} with `code`, where it is not.
 */
export function checkDataFile(file: string): void {
  const descriptor = openIfThere(file);
  if (descriptor === undefined) return;
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw Object.assign(new Error(`${file} is a folder`), { code: "EISDIR" });
    if (stat.size === 0) return;
    checkHead(readHead(descriptor), stat.size);
  } finally {
    closeSync(descriptor);
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function readHead(descriptor: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
}

function checkHead(head: Buffer, fileBytes: number): void {
  if (head.byteLength < HEAD_BYTES || head.readUInt32LE(MAGIC_OFFSET) !== MAGIC) {
    throw new Error("expected a data file of LMDB: received another (move it, or choose another path)");
  }
  const version = head.readUInt16LE(VERSION_OFFSET);
  if (version !== VERSION) {
    throw new Error(
      `expected a data file of LMDB's format ${VERSION}: received format ${version} (remove the folder, or choose another path)`,
    );
  }
  const pages = Number(head.readBigUInt64LE(LAST_PAGE_OFFSET)) + 1;
  const expected = pages * head.readUInt32LE(PAGE_SIZE_OFFSET);
  if (fileBytes < expected * LEAST_SHARE) {
    throw new Error(
      `expected a data file of about ${expected} bytes: received ${fileBytes}, it was cut off (remove the folder: what it held will be loaded again)`,
    );
  }
}
