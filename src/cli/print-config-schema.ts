/** `stockpile config schema`: the JSON Schema of configurations. */
import { configJsonSchema } from "../host/main.js";
import { sectionSchemas } from "../server/section-schemas.js";

/** Prints it to stdout. */
export function printConfigSchema(): void {
  process.stdout.write(`${JSON.stringify(configJsonSchema(sectionSchemas), undefined, 2)}\n`);
}
