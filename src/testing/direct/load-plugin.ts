import type { PluginContext, StorageBackendFactory } from "../../contract/context.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { BrokenSentenceError } from "../broken-sentence.js";
import { describeError, describeValue } from "../describe.js";
import { moduleUrl } from "../module-url.js";
import { within } from "../within.js";
import { quietLogger } from "./quiet-logger.js";

/** What a plugin's module must export. */
export interface PluginModule {
  readonly metadata: PluginMetadata;
  readonly initializePlugin: (context: PluginContext) => unknown;
}

/** Which plugin, and which of its backends. */
export interface PluginChoice {
  /** Path or `file:` URL of the built module. */
  readonly plugin: string | URL;
  readonly backend: string | undefined;
  readonly options: unknown;
}

/**
 * Imports the plugin into this process, initialises it and answers the factory of the backend.
 * @param context Who the host is, and when the plugin is to stop.
 * @throws {BrokenSentenceError} it has not the exports of a plugin, does not initialise, or has no such backend.
 */
export async function loadPlugin(
  { plugin, backend, options }: PluginChoice,
  context: Pick<PluginContext, "signal" | "hostId" | "life">,
): Promise<StorageBackendFactory> {
  const module = await importPlugin(plugin);
  const factories = new Map<string, StorageBackendFactory>();
  const initialised = Promise.resolve(
    module.initializePlugin({
      ...context,
      name: "tested",
      options: options ?? {},
      logger: quietLogger,
      async registerStorageBackend(id, factory) {
        if (factories.has(id)) throw new Error(`Storage backend "${id}" is registered already`);
        factories.set(id, factory);
      },
    }),
  );
  await within(initialised).catch((error: unknown) => {
    throw notOffered("it succeeds", describeError(error), error);
  });
  const ids = [...factories.keys()];
  const factory =
    backend === undefined && ids.length === 1 ? [...factories.values()][0] : factories.get(backend ?? "");
  if (typeof factory === "function") return factory;
  const expected =
    backend === undefined
      ? "one storage backend, or the suite to name one"
      : `the storage backend "${backend}"`;
  throw notOffered(expected, ids.length === 0 ? "none" : ids.map((id) => `"${id}"`).join(", "));
}

function notOffered(expected: string, received: string, cause?: unknown): BrokenSentenceError {
  return new BrokenSentenceError({
    sentence: "register",
    after: "initializePlugin()",
    expected,
    received,
    cause,
  });
}

async function importPlugin(plugin: string | URL): Promise<PluginModule> {
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
