/**
 * The plugin `file`: storage in files, one per entry, in a folder that one host process uses at a time. What it holds
 * outlives the plugin, the process and, with `fsync`, a loss of power.
 */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { systemClock } from "./clock.js";
import { FileSlots } from "./file-slots.js";
import { OpenStores } from "./open-stores.js";
import { parseParameters } from "./parse-parameters.js";

/** The id the backend is registered by. */
const BACKEND_ID = "file";

export const metadata: PluginMetadata = {
  name: "File",
  version: "0.1.0",
  authors: ["The Stockpile authors"],
};

/** Registers the storage backend `file`. The plugin itself has no options: the backend's parameters are its settings. */
export async function initializePlugin(context: PluginContext): Promise<void> {
  const stores = new OpenStores();
  const slots = new FileSlots();
  await context.registerStorageBackend(BACKEND_ID, (parameters, { hostId, logger }) =>
    stores.open(parseParameters(parameters), { hostId, logger, slots, clock: systemClock }),
  );
}

export type { Clock } from "./clock.js";
export { FileBackend } from "./file-backend.js";
export { FileSlots, MAX_RUNNING } from "./file-slots.js";
export type { StoreOptions } from "./file-store.js";
export { FolderLock } from "./folder-lock.js";
export { OpenStores } from "./open-stores.js";
export {
  DEFAULT_FSYNC,
  DEFAULT_SWEEP_FILES,
  DEFAULT_SWEEP_INTERVAL_MS,
  type FileParameters,
} from "./parse-parameters.js";
export { StorageFailure } from "./storage-failure.js";
export { WriteOrder } from "./write-order.js";
