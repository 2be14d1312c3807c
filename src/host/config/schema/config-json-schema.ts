/**
 * The JSON Schema of the configuration, for editors and other tools, made of the schema that checks it. It says of a
 * file as it is written what the check says of it once the environment has been put in. What it cannot say is left to
 * the check: what depends on several values, on files or on the environment.
 */
import { z } from "zod";
import { REFUSED_KEYS } from "../refused-keys.js";
import type { SectionSchemas } from "../section-schemas.js";
import { configSchema } from "./config-schema.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A whole reference to the environment, anywhere in a text. */
const REFERENCE = String.raw`\$\{env:[A-Za-z_][A-Za-z0-9_]*\}`;

/**
 * Answers a JSON Schema, draft 2020-12.
 *
 * @param schemas what `server` and `mojang` are checked by; without, they may be anything.
 */
export function configJsonSchema({ serverSchema, mojangSchema }: SectionSchemas = {}): JsonSchema {
  const schema = toJsonSchema(configSchema);
  for (const [name, section] of Object.entries({ server: serverSchema, mojang: mojangSchema })) {
    if (section === undefined || schema.properties === undefined) continue;
    const { $schema: _, ...described } = toJsonSchema(section);
    Object.assign(schema.properties, { [name]: { ...asSchema(schema.properties[name]), ...described } });
  }
  admitReferences(schema);
  return schema;
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ zodSchema, jsonSchema }) => {
      // Left out by zod beside a transformation, whose output it might be. Ours are told as input.
      const said = z.globalRegistry.get(zodSchema)?.["default"];
      if (said !== undefined) jsonSchema.default = said;
      if (jsonSchema.propertyNames !== undefined)
        jsonSchema.propertyNames = {
          ...asSchema(jsonSchema.propertyNames),
          not: { enum: [...REFUSED_KEYS] },
        };
    },
  });
}

/** A text of a certain form, or one of several, may come from the environment: its file has a reference there. */
function admitReferences(schema: JsonSchema): void {
  if (schema.type === "string" && schema.pattern !== undefined) schema.pattern += `|${REFERENCE}`;
  if (schema.type === "string" && schema.enum !== undefined) {
    const { type, enum: values } = schema;
    delete schema.type;
    delete schema.enum;
    schema.anyOf = [{ enum: values }, { type, pattern: REFERENCE }];
    return;
  }
  const parts = [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? [])];
  if (schema.items !== undefined) parts.push(...[schema.items].flat());
  if (schema.additionalProperties !== undefined) parts.push(schema.additionalProperties);
  for (const part of parts) admitReferences(asSchema(part));
}

/** Boolean schemas say nothing that could be added to. */
function asSchema(schema: z.core.JSONSchema._JSONSchema | undefined): JsonSchema {
  return typeof schema === "object" ? schema : {};
}
