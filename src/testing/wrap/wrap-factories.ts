import type { PluginContext, StorageBackendFactory } from "../../contract/context.js";

/** How a plugin is initialised. */
export type InitializePlugin = (context: PluginContext) => unknown;

/** An `initializePlugin` whose every factory is replaced on its way to the host. */
export function wrapFactories(
  initializePlugin: InitializePlugin,
  replace: (factory: StorageBackendFactory) => StorageBackendFactory,
): InitializePlugin {
  return (context) =>
    initializePlugin(
      Object.freeze({
        ...context,
        registerStorageBackend: (id: string, factory: StorageBackendFactory) =>
          context.registerStorageBackend(id, typeof factory === "function" ? replace(factory) : factory),
      }),
    );
}
