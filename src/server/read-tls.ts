import { ConfigError } from "../host/main.js";
import type { Stockpile } from "../host/main.js";
import { TlsFileError } from "./tls-file-error.js";
import { readTlsFiles } from "./tls-files.js";
import type { TlsFiles, TlsMaterial } from "./tls-files.js";

/**
 * Reads the files that a configuration names. They were read when it was checked; others may have changed them since.
 * @throws {ConfigError} they cannot be used.
 */
export async function readTls(stockpile: Stockpile, files: TlsFiles): Promise<TlsMaterial> {
  try {
    return await readTlsFiles(files, stockpile.configDirectory);
  } catch (error) {
    if (!(error instanceof TlsFileError)) throw error;
    const path = `server.${error.path.join(".")}`;
    throw new ConfigError(stockpile.configuration.source, [{ path, message: error.problem }]);
  }
}
