import { z } from "zod";
import { BACKEND_ID } from "../../../contract/protocol.js";
import type { StorageConfig } from "../config.js";
import { parametersKey } from "../parameters-key.js";

/** `storage`, at the top level and in a category. Whether the plugin exists is checked elsewhere. */
export const storageSchema: z.ZodType<StorageConfig> = z
  .strictObject({
    plugin: z
      .string("expected the name of a plugin")
      .describe("A listed plugin, one of the plugin directory, or a built-in one"),
    backend: z
      .string()
      .regex(BACKEND_ID, 'expected the id of a backend: at most 64 of A-Z, a-z, 0-9, ".", "_" and "-"')
      .optional()
      .describe("One of the plugin's backends; by default its only one"),
    parameters: z
      .unknown()
      .optional()
      .meta({ description: "Handed to the backend as they are", default: {} }),
  })
  .transform(({ plugin, backend, parameters = {} }) => ({
    plugin,
    backend,
    parameters,
    parametersKey: parametersKey(parameters),
  }));
