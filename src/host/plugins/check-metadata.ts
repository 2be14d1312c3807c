/** Judges what a module exports before anything of it is called. The module's own words, so all of it is checked. */
import valid from "semver/functions/valid.js";
import { z } from "zod";
import type { PluginMetadata } from "../../contract/metadata.js";
import { PluginLoadError } from "../../contract/errors.js";

/** Names of exports the worker reports at most. */
const MAX_EXPORTS = 64;
const MAX_AUTHORS = 64;

const text = (maxCharacters: number): z.ZodString => z.string().min(1).max(maxCharacters);

const metadataSchema = z.strictObject({
  name: text(128),
  version: text(64),
  authors: z.array(text(256)).max(MAX_AUTHORS).optional(),
  website: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  native: z.boolean().optional(),
});

/** What is expected of each field, in words. */
const EXPECTED: Readonly<Record<string, string>> = {
  name: "a string of 1 to 128 characters",
  version: "a string of 1 to 64 characters",
  authors: `an array of at most ${MAX_AUTHORS} strings of 1 to 256 characters`,
  website: "an http or https address",
  native: "true or false",
};

/** A module that may be initialised. */
export interface CheckedModule {
  readonly metadata: PluginMetadata;
  /** What is worth a warning but no refusal. */
  readonly warnings: readonly string[];
}

/**
 * @param description A {@link ModuleDescription}, unchecked as it came over the port.
 * @throws {PluginLoadError} naming plugin, file, what was expected and what was found.
 */
export function checkModule(
  description: unknown,
  plugin: { readonly name: string; readonly file: string },
): CheckedModule {
  const refuse = (expected: string, found: string): PluginLoadError =>
    new PluginLoadError(
      `Cannot load plugin "${plugin.name}" from ${plugin.file}: expected ${expected}: found ${found}`,
      { pluginName: plugin.name },
    );
  if (!isDescription(description)) throw refuse("a description of the module", "something else");
  const { types, exports, metadata } = description;
  const exported =
    exports.length === 0 ? "no exports at all" : `exports ${exports.map((name) => `"${name}"`).join(", ")}`;
  if (types.metadata === "undefined") throw refuse('an export "metadata"', exported);
  if (types.initializePlugin === "undefined") throw refuse('an export "initializePlugin"', exported);
  if (types.initializePlugin !== "function") {
    throw refuse('"initializePlugin" to be a function', types.initializePlugin);
  }
  if (types.metadata !== "object") throw refuse('"metadata" to be an object', types.metadata);
  if (!isObject(metadata)) throw refuse('"metadata" to be plain data', "something that cannot be cloned");
  const unknown = Object.keys(metadata).find((key) => !Object.hasOwn(EXPECTED, key));
  if (unknown !== undefined) {
    const known = Object.keys(EXPECTED).join(", ");
    throw refuse(`"metadata" to have no other fields than ${known}`, JSON.stringify(unknown.slice(0, 64)));
  }
  const { authors } = metadata;
  // Before zod, which looks at every element, holes included: an array can be billions long and weigh nothing.
  if (Array.isArray(authors) && authors.length > MAX_AUTHORS) {
    throw refuse(`"metadata.authors" to be ${EXPECTED["authors"]}`, `an array of ${authors.length}`);
  }
  const checked = metadataSchema.safeParse(metadata);
  if (!checked.success) {
    const field = String(checked.error.issues[0]?.path[0]);
    throw refuse(`"metadata.${field}" to be ${EXPECTED[field]}`, describe(metadata[field]));
  }
  // Optional fields left out stay absent: zod answers them so.
  return { metadata: checked.data as PluginMetadata, warnings: warningsOf(checked.data.version) };
}

interface Description {
  readonly exports: readonly string[];
  readonly metadata?: unknown;
  readonly types: { readonly metadata: string; readonly initializePlugin: string };
}

function isDescription(value: unknown): value is Description {
  if (!isObject(value)) return false;
  const { exports, types } = value;
  return (
    Array.isArray(exports) &&
    exports.length <= MAX_EXPORTS &&
    exports.every((name) => typeof name === "string") &&
    isObject(types) &&
    typeof types["metadata"] === "string" &&
    typeof types["initializePlugin"] === "string"
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Says what a field is, little of it where it is text: the rest may be of any size. */
function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array with something else";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 64)) : typeof value;
}

function warningsOf(version: string): string[] {
  if (valid(version) !== null) return [];
  return [`Its version "${version}" is no semantic version (https://semver.org)`];
}
