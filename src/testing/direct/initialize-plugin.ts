import type { PluginContext, StorageBackendFactory } from "../../contract/context.js";
import { BrokenSentenceError } from "../broken-sentence.js";
import { describeError } from "../describe.js";
import { within } from "../within.js";
import type { PluginModule } from "./plugin-module.js";
import { quietLogger } from "./quiet-logger.js";

/** Which of a plugin's backends, and what the plugin is told. */
export interface BackendChoice {
  readonly backend: string | undefined;
  readonly options: unknown;
}

/**
 * Initialises a plugin and answers the factory of the backend.
 * @param context Who the host is, and when the plugin is to stop.
 * @throws {BrokenSentenceError} it does not initialise, or has no such backend.
 */
export async function initializePlugin(
  module: Pick<PluginModule, "initializePlugin">,
  { backend, options }: BackendChoice,
  context: Pick<PluginContext, "signal" | "hostId" | "life">,
): Promise<StorageBackendFactory> {
  const factories = new Map<string, StorageBackendFactory>();
  const initialised = Promise.resolve().then(() =>
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
