/** Judges what a module exports before anything of it is called. The module's own words, so all of it is checked. */
import semver from "semver";
import { z } from "zod";
import type { PluginMetadata } from "../../contract/metadata.js";
import { PluginLoadError } from "../../contract/errors.js";

/** Characters shown of what was found: the module decides how many there are. */
const MAX_FOUND_CHARACTERS = 1000;

const text = (maxCharacters: number): z.ZodString => z.string().min(1).max(maxCharacters);

/** An array's length is checked before its items: a list can claim billions and weigh nothing. */
function list(maxItems: number, item: z.ZodString): z.ZodType<string[]> {
  return z
    .custom<unknown[]>((value) => Array.isArray(value) && value.length <= maxItems, {
      error: `expected a list of at most ${maxItems}`,
    })
    .pipe(z.array(item));
}

const metadataSchema = z.strictObject({
  name: text(128),
  version: text(64),
  authors: list(64, text(256)).optional(),
  website: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  native: z.boolean().optional(),
});

const descriptionSchema = z.object({
  exports: list(64, z.string()),
  metadata: z.unknown().optional(),
  types: z.object({ metadata: z.string(), initializePlugin: z.string() }),
});

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
      `Cannot load plugin "${plugin.name}" from ${plugin.file}: expected ${expected}: found ${found.slice(0, MAX_FOUND_CHARACTERS)}`,
      { pluginName: plugin.name },
    );
  const parsed = descriptionSchema.safeParse(description);
  if (!parsed.success) throw refuse("a description of the module", "something else");
  const { types, exports, metadata } = parsed.data;
  const exported =
    exports.length === 0 ? "no exports at all" : `exports ${exports.map((name) => `"${name}"`).join(", ")}`;
  if (types.metadata === "undefined") throw refuse('an export "metadata"', exported);
  if (types.initializePlugin === "undefined") throw refuse('an export "initializePlugin"', exported);
  if (types.initializePlugin !== "function") {
    throw refuse('"initializePlugin" to be a function', types.initializePlugin);
  }
  if (types.metadata !== "object") throw refuse('"metadata" to be an object', types.metadata);
  if (metadata === undefined) throw refuse('"metadata" to be plain data', "something that cannot be cloned");
  const checked = metadataSchema.safeParse(metadata);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const path = ["metadata", ...(issue?.path ?? [])].join(".");
    throw refuse(`"${path}" to be right`, issue?.message ?? "a mistake");
  }
  // Optional fields left out stay absent: zod answers them so.
  return { metadata: checked.data as PluginMetadata, warnings: warningsOf(checked.data.version) };
}

function warningsOf(version: string): string[] {
  if (semver.valid(version) !== null) return [];
  return [`Its version "${version}" is no semantic version (https://semver.org)`];
}
