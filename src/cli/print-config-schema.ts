/** `stockpile config schema`: the JSON Schema of configurations. */
import { configJsonSchema } from "../host/main.js";
import { serverConfigSchema } from "../server/server-config.js";

/** Prints it to stdout. */
export function printConfigSchema(): void {
  process.stdout.write(`${JSON.stringify(configJsonSchema(serverConfigSchema), undefined, 2)}\n`);
}
