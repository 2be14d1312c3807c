/**
 * The plugin `lmdb`: storage in LMDB, an embedded store in one memory-mapped file. What it holds outlives the plugin,
 * the process and, by default, a loss of power.
 */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { systemClock } from "./clock.js";
import { OpenStores } from "./open-stores.js";
import { parseParameters } from "./parse-parameters.js";
import { readBootId } from "./read-boot-id.js";

/** The id the backend is registered by. */
const BACKEND_ID = "lmdb";

export const metadata: PluginMetadata = {
  name: "LMDB",
  version: "0.1.0",
  authors: ["The Stockpile authors"],
  native: true,
};

/** Registers the storage backend `lmdb`. The plugin itself has no options: the backend's parameters are its settings. */
export async function initializePlugin(context: PluginContext): Promise<void> {
  const stores = new OpenStores();
  await context.registerStorageBackend(BACKEND_ID, (parameters, { logger }) =>
    stores.open(parseParameters(parameters), { logger, clock: systemClock, bootId: readBootId() }),
  );
}

export type { Clock } from "./clock.js";
export { LmdbBackend } from "./lmdb-backend.js";
export { type StoreOptions } from "./lmdb-store.js";
export { OpenStores } from "./open-stores.js";
export {
  DEFAULT_DURABILITY,
  DEFAULT_SWEEP_INTERVAL_MS,
  type Durability,
  type LmdbParameters,
  MIN_MAX_BYTES,
} from "./parse-parameters.js";
export { StorageFailure } from "./storage-failure.js";
