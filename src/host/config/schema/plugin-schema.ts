import { z } from "zod";
import type { PluginConfig } from "../config.js";
import { DEFAULT_INSPECT, DEFAULT_ISOLATION, DEFAULT_SPARE, DEFAULT_STARTUP } from "../defaults.js";
import { limitsSchema } from "./limits-schema.js";
import { permissionsSchema } from "./permissions-schema.js";
import { restartSchema } from "./restart-schema.js";
import { wholeNumber } from "./whole-number.js";

const MAX_PORT = 65_535;

/** What `plugins.<name>` says, its module not yet resolved. */
export type PluginSettings = Omit<
  PluginConfig,
  "name" | "specifier" | "url" | "file" | "protocol" | "readable"
>;

/** `plugins.<name>`. */
export const pluginSchema: z.ZodType<PluginSettings> = z
  .strictObject({
    module: z
      .string()
      .min(1, "expected a package name, a path or a file: URL")
      .optional()
      .describe('A package name, a path that starts with "./", "../" or "/", or a file: URL'),
    isolation: z
      .enum(["thread", "process"])
      .optional()
      .meta({ description: "What the plugin runs in", default: DEFAULT_ISOLATION }),
    startup: z
      .enum(["optional", "required"])
      .default(DEFAULT_STARTUP)
      .describe("Whether opening fails when the plugin's first start does"),
    spare: z
      .boolean("expected true or false")
      .default(DEFAULT_SPARE)
      .describe("Whether a second life is kept ready, to take over when the first one fails"),
    options: z.unknown().optional().meta({ description: "Handed to the plugin as it is", default: {} }),
    permissions: permissionsSchema.prefault({}).describe("What the plugin may see and do"),
    inspect: z
      .union([z.boolean(), wholeNumber(1, MAX_PORT)], {
        error: `expected true, false, or a port from 1 to ${MAX_PORT}`,
      })
      .default(DEFAULT_INSPECT)
      .describe("Whether a debugger may attach to the plugin; a number: on that port"),
    limits: limitsSchema.prefault({}).describe("What the plugin may take"),
    restart: restartSchema.prefault({}).describe("When it is started again"),
  })
  .transform(({ isolation, startup, spare, options, permissions, inspect, limits, restart }) => ({
    isolation: isolation ?? DEFAULT_ISOLATION,
    isolationIsExplicit: isolation !== undefined,
    startup,
    spare,
    options: options ?? {},
    permissions,
    inspectPort: inspect === false ? undefined : inspect === true ? 0 : inspect,
    limits,
    restart,
  }));
