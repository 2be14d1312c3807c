/**
 * The plugin `keyv`: hosts storage adapters that were written for Keyv, as they are. An adapter that blocks or breaks
 * does so in the plugin's thread.
 */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { openBackend } from "./open-backend.js";
import { parseParameters } from "./parse-parameters.js";

/** The id the backend is registered by. */
const BACKEND_ID = "keyv";

export const metadata: PluginMetadata = {
  name: "Keyv",
  version: "0.1.0",
  authors: ["The Stockpile authors"],
};

/** Registers the storage backend `keyv`. The plugin itself has no options: the backend's parameters name the adapter. */
export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend(BACKEND_ID, (parameters, { logger }) =>
    openBackend(parseParameters(parameters), logger),
  );
}

export type { KeyvAdapter } from "./adapter.js";
export { createBackend } from "./create-backend.js";
export { loadAdapter } from "./load-adapter.js";
export { DEFAULT_MAX_KEY_BYTES, DEFAULT_NAMESPACE, type KeyvParameters } from "./parse-parameters.js";
