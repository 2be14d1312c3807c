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
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    // OpenSSL's reasons name no part of a key.
    const problem = `a certificate and its key were expected, as PEM: ${reasonOf(cause)}`;
    throw new TlsFileError([], problem, { cause });
  }
  return { cert, key };
}

async function read(setting: "certificate" | "key", file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new TlsFileError([setting], `cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
