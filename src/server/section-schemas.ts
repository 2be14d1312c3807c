/** What checks the sections of the configuration that the server reads. */
import type { OpenOptions } from "../host/main.js";
import { mojangConfigSchema } from "../mojang/main.js";
import { serverConfigSchema } from "./server-config.js";

export const sectionSchemas: Required<Pick<OpenOptions, "serverSchema" | "mojangSchema">> = {
  serverSchema: serverConfigSchema,
  mojangSchema: mojangConfigSchema,
};
