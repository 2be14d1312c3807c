/**
 * The form of the configuration: the one source for checking it and for the JSON Schema that editors use. Each value
 * is checked by itself here; what depends on several, on files or on the environment is checked in files of its own.
 */
import { z } from "zod";
import type { CategoryConfig, CrashReportLimits, NearLimits, StorageConfig } from "../config.js";
import { DEFAULT_MAX_VALUE_BYTES, DEFAULT_STORAGE_PLUGIN } from "../defaults.js";
import { NAME_PATTERN } from "../name.js";
import { categorySchema } from "./category-schema.js";
import { crashReportsSchema } from "./crash-reports-schema.js";
import { nearSchema } from "./near-schema.js";
import { pluginSchema, type PluginSettings } from "./plugin-schema.js";
import { storageSchema } from "./storage-schema.js";
import { wholeNumber } from "./whole-number.js";

/** 1 GiB. A value is copied and crosses to its plugin in one piece: a larger one would stall the host for seconds. */
const MAX_MAX_VALUE_BYTES = 1_073_741_824;

/** A configuration whose values are right, each by itself. */
export interface Settings {
  readonly plugins: Readonly<Record<string, PluginSettings>>;
  readonly storage: StorageConfig;
  readonly near: NearLimits | false;
  readonly categories: Readonly<Record<string, Omit<CategoryConfig, "name">>>;
  readonly maxValueBytes: number;
  /** The folder as it was written. */
  readonly crashReports?: CrashReportLimits;
}

/** Names are checked apart: zod would pass over the value of a key that it refuses. */
const NAMED = { propertyNames: { type: "string", pattern: NAME_PATTERN.source } };

/** The whole configuration. */
export const configSchema: z.ZodType<Settings> = z
  .strictObject({
    $schema: z.string().optional().describe("For editors; not read"),
    pluginDirectory: z
      .string()
      .min(1, "expected the path of a folder")
      .optional()
      .describe("A folder whose *.mjs files and folders with a package.json are plugins"),
    plugins: z.record(z.string(), pluginSchema).prefault({}).meta(NAMED).describe("The plugins, by name"),
    storage: storageSchema
      .prefault({ plugin: DEFAULT_STORAGE_PLUGIN })
      .describe("Where categories are stored that name no storage of their own"),
    near: nearSchema
      .prefault({})
      .describe("The near cache of categories that say nothing of theirs; false: none"),
    categories: z
      .record(z.string(), categorySchema)
      .prefault({})
      .meta(NAMED)
      .describe("The categories, by name"),
    maxValueBytes: wholeNumber(1, MAX_MAX_VALUE_BYTES)
      .default(DEFAULT_MAX_VALUE_BYTES)
      .describe("The largest value a category takes, in bytes"),
    crashReports: crashReportsSchema
      .exactOptional()
      .describe("Reports of lives that end against the plan; absent: none are written"),
    server: z.unknown().optional().describe("Read by stockpile server alone; see docs/server.md"),
    mojang: z.unknown().optional().describe("What stockpile server asks of Mojang; see docs/mojang.md"),
  })
  .meta({ title: "Stockpile configuration", description: "See docs/configuration.md" });
