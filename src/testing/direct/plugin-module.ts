import type { PluginContext } from "../../contract/context.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { BrokenSentenceError } from "../broken-sentence.js";
import { describeError, describeValue } from "../describe.js";
import { moduleUrl } from "../module-url.js";

/** What a plugin's module must export. */
export interface PluginModule {
  readonly metadata: PluginMetadata;
  readonly initializePlugin: (context: PluginContext) => unknown;
}

/**
 * Imports a plugin into this process.
 * @throws {BrokenSentenceError} it cannot be imported, or has not the exports of a plugin.
 */
export async function importPlugin(plugin: string | URL): Promise<PluginModule> {
  const { href } = moduleUrl(plugin);
  const refuse = (expected: string, received: string, cause?: unknown): BrokenSentenceError =>
    new BrokenSentenceError({ sentence: "metadata", after: `import of ${href}`, expected, received, cause });
  const module = (await import(href).catch((error: unknown) => {
    throw refuse("it succeeds", describeError(error), error);
  })) as Record<string, unknown>;
  const { metadata, initializePlugin } = module;
  if (typeof initializePlugin !== "function")
    throw refuse('an export "initializePlugin" that is a function', describeValue(initializePlugin));
  const { name, version } = Object(metadata) as Record<string, unknown>;
  if (typeof name !== "string" || typeof version !== "string")
    throw refuse('an export "metadata" with a name and a version', describeValue(metadata));
  return module as unknown as PluginModule; // what matters of it has just been seen
}
