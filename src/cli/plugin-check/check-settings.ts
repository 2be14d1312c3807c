/** What a plugin's backend is checked with: what its package.json says under `stockpile.check`, and the command line over it. */
import { z } from "zod";
import { isRecord } from "../plugin-build/is-record.js";
import { readManifest } from "../plugin-build/read-manifest.js";

/** `stockpile.check` of a package.json. */
export interface CheckSettings {
  readonly backend?: string | undefined;
  readonly options?: unknown;
  readonly parameters?: unknown;
  readonly isolation?: "thread" | "process" | undefined;
  readonly limits?: Readonly<Record<string, string | number>> | undefined;
  readonly promises?:
    | {
        readonly persists?: boolean | undefined;
        readonly scan?: boolean | undefined;
        readonly clear?: boolean | undefined;
        readonly maxValueBytes?: number | undefined;
      }
    | undefined;
}

const settingsSchema: z.ZodType<CheckSettings> = z.strictObject({
  backend: z.string().optional(),
  options: z.unknown().optional(),
  parameters: z.unknown().optional(),
  isolation: z.enum(["thread", "process"]).optional(),
  limits: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  promises: z
    .strictObject({
      persists: z.boolean().optional(),
      scan: z.boolean().optional(),
      clear: z.boolean().optional(),
      maxValueBytes: z.number().int().positive().optional(),
    })
    .optional(),
});

/**
 * @param folder the plugin's, absolute; a plugin of one file has no settings of its own.
 * @throws {Error} its package.json cannot be read, or what it says there is wrong: every mistake of it.
 */
export async function readCheckSettings(folder: string): Promise<CheckSettings> {
  const refuse = (why: string, cause?: unknown): Error =>
    new Error(`Cannot check the plugin in ${folder}: ${why}`, cause === undefined ? {} : { cause });
  const manifest = await readManifest(folder, refuse);
  const stockpile = isRecord(manifest) ? manifest["stockpile"] : undefined;
  const said = isRecord(stockpile) ? (stockpile["check"] ?? {}) : {};
  const read = settingsSchema.safeParse(said);
  if (read.success) return read.data;
  const mistakes = read.error.issues.map(
    ({ path, message }) => `  ${["stockpile.check", ...path.map(String)].join(".")}: ${message}`,
  );
  throw refuse(
    `${mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`} in its package.json\n${mistakes.join("\n")}`,
  );
}
