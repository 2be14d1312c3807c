/** The certificate that a server shows, and the key that belongs to it. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";

import { TlsFileError } from "./tls-file-error.js";

/** Where they are: paths, relative ones from the folder of the configuration. */
export interface TlsFiles {
  /** PEM, the server's own certificate first, those between it and its root after it. */
  readonly certificate: string;
  /** PEM, without a passphrase. */
  readonly key: string;
}

/** What is in them. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** One that cannot be read. */
export interface UnreadableTlsFile {
  readonly setting: keyof TlsFiles;
  /** Why, as in `EACCES`. */
  readonly code: string;
}

/**
 * Reads the files.
 * @param directory where relative paths start.
 * @throws {TlsFileError} one cannot be read, or they do not belong together.
 */
export async function readTlsFiles(files: TlsFiles, directory: string): Promise<TlsMaterial> {
  const [cert, key] = await Promise.all([
    read("certificate", resolve(directory, files.certificate)),
    read("key", resolve(directory, files.key)),
  ]);
  checkContents({ cert, key });
  return { cert, key };
}

/**
 * Checks the files as far as they can be read: the server may be another user's, or another machine's.
 * @param directory where relative paths start.
 * @returns those that cannot be read.
 * @throws {TlsFileError} what is in the others cannot be used.
 */
export async function checkTlsFiles(files: TlsFiles, directory: string): Promise<UnreadableTlsFile[]> {
  const unreadable: UnreadableTlsFile[] = [];
  const tryRead = async (setting: keyof TlsFiles): Promise<Buffer | undefined> => {
    try {
      return await readFile(resolve(directory, files[setting]));
    } catch (error) {
      unreadable.push({ setting, code: String((error as NodeJS.ErrnoException).code) });
      return undefined;
    }
  };
  checkContents({ cert: await tryRead("certificate"), key: await tryRead("key") });
  return unreadable;
}

/** @throws {TlsFileError} they cannot be used, or do not belong together where both are there. */
function checkContents(contents: { readonly [Name in keyof TlsMaterial]: Buffer | undefined }): void {
  try {
    createSecureContext(contents);
  } catch (cause) {
    // OpenSSL's reasons name no part of a key.
    const problem = `a certificate and its key were expected, as PEM: ${reasonOf(cause)}`;
    throw new TlsFileError([], problem, { cause });
  }
}

async function read(setting: keyof TlsFiles, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new TlsFileError([setting], `cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
