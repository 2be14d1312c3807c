/** A plugin that is in order: entries in a Map. Its backend is named after it, so that there may be several. */
import type { PluginContext, PluginMetadata, StoredEntry } from "@stockpile/core/plugin";

export const metadata: PluginMetadata = { name: "Bystander", version: "1.0.0" };

export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend(context.name, () => {
    const entries = new Map<string, StoredEntry>();
    return {
      get: ({ key }) => entries.get(key),
      put: ({ key }, entry) => void entries.set(key, entry),
      purge: ({ key }) => void entries.delete(key),
    };
  });
}
