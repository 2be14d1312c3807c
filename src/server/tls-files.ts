/** The certificate that a server shows, and the key that belongs to it. */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import type { Logger } from "pino";

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

/** From here on somebody has to act, and has the time to. */
const EXPIRES_SOON_MS = 14 * 86_400_000;

/**
 * Reads the files, and warns of a certificate whose time is up.
 * @param now ms since the epoch.
 * @throws {Error} one cannot be read, or they do not belong together.
 */
export async function readTlsFiles(
  files: TlsFiles,
  { directory, logger, now }: { readonly directory: string; readonly logger: Logger; readonly now: number },
): Promise<TlsMaterial> {
  const [cert, key] = await Promise.all([
    read("certificate", resolve(directory, files.certificate)),
    read("key", resolve(directory, files.key)),
  ]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    // OpenSSL's reasons name no part of a key.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use server.tls: expected a certificate and its key as PEM: ${reason}`, { cause });
  }
  warnOfExpiry(cert, logger, now);
  return { cert, key };
}

async function read(what: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use server.tls.${what}: ${reason}`, { cause });
  }
}

function warnOfExpiry(cert: Buffer, logger: Logger, now: number): void {
  const { validTo } = new X509Certificate(cert);
  if (Date.parse(validTo) - now > EXPIRES_SOON_MS) return;
  logger.warn({ validTo }, "The certificate of the server has expired or is about to");
}
