/**
 * The plugin `memory`: storage in the memory of the plugin's own thread, bounded in entries and bytes. What it holds
 * is gone with the life of the plugin that stored it.
 */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { MemoryBackend } from "./memory-backend.js";
import { parseParameters } from "./parse-parameters.js";

/** The id the backend is registered by. */
const BACKEND_ID = "memory";

export const metadata: PluginMetadata = {
  name: "Memory",
  version: "0.1.0",
  authors: ["The Stockpile authors"],
};

/** Registers the storage backend `memory`. The plugin itself has no options: the backend's parameters are its settings. */
export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend(
    BACKEND_ID,
    (parameters) => new MemoryBackend(parseParameters(parameters)),
  );
}

export type { Clock } from "./clock.js";
export { ENTRY_OVERHEAD_BYTES } from "./entry.js";
export { MemoryBackend } from "./memory-backend.js";
export {
  DEFAULT_MAX_BYTES,
  DEFAULT_MAX_ENTRIES,
  MAX_ENTRIES_LIMIT,
  type MemoryParameters,
} from "./parse-parameters.js";
