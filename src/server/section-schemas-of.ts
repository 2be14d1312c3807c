import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { sectionSchemas } from "./section-schemas.js";
import { serverConfigSchema } from "./server-config.js";
import { TlsFileError } from "./tls-file-error.js";
import { checkTlsFiles, readTlsFiles } from "./tls-files.js";
import type { TlsMaterial, UnreadableTlsFile } from "./tls-files.js";

export interface SectionSchemasOptions {
  /** Told what is in the files of `tls` each time that a configuration with such a section has been checked. */
  readonly onTls?: (tls: TlsMaterial) => void;
  /** Told of files of `tls` that cannot be read, which is no mistake then. By default it is one. */
  readonly onUnreadable?: (file: UnreadableTlsFile) => void;
}

/**
 * What checks the sections of one configuration, and the files that its section "server" names: those are to be right
 * before anything is started.
 * @param source as `Stockpile.open` takes it.
 */
export function sectionSchemasOf(
  source: string | object,
  { onTls, onUnreadable }: SectionSchemasOptions = {},
): typeof sectionSchemas {
  const serverSchema = serverConfigSchema.superRefine(async ({ tls }, context) => {
    if (tls === undefined) return;
    const directory = await directoryOf(source);
    try {
      if (onUnreadable === undefined) onTls?.(await readTlsFiles(tls, directory));
      else for (const file of await checkTlsFiles(tls, directory)) onUnreadable(file);
    } catch (error) {
      if (!(error instanceof TlsFileError)) throw error;
      context.addIssue({ code: "custom", path: [...error.path], message: error.problem });
    }
  });
  return { ...sectionSchemas, serverSchema };
}

/** Where relative paths of a configuration start; by now it has been read. */
async function directoryOf(source: string | object): Promise<string> {
  if (typeof source !== "string") return process.cwd();
  const path = resolve(source);
  const stats = await stat(path);
  return stats.isDirectory() ? path : dirname(path);
}
