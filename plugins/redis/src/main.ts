/**
 * The plugin `redis`: storage in Redis or Valkey, in one server, behind Sentinels or in a cluster. What it holds outlives
 * the host and is shared with others; what others change evicts the near cache.
 */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { openBackend } from "./open-backend.js";
import { parseParameters } from "./parse-parameters.js";

/** The id the backend is registered by. */
const BACKEND_ID = "redis";

export const metadata: PluginMetadata = {
  name: "Redis",
  version: "0.1.0",
  authors: ["The Stockpile authors"],
};

/** Registers the storage backend `redis`. The plugin itself has no options: the backend's parameters are its settings. */
export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend(BACKEND_ID, (parameters, backendContext) =>
    openBackend(parseParameters(parameters), backendContext),
  );
}

export { backoff } from "./backoff.js";
export { decodeEntry, encodeEntry } from "./entry-format.js";
export { KeySpace } from "./key-space.js";
export { openBackend } from "./open-backend.js";
export type { RedisParameters } from "./parameters.js";
export {
  DEFAULT_ANSWER_TIMEOUT_MS,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_PREFIX,
  parseParameters,
} from "./parse-parameters.js";
export type { RedisBackend } from "./redis-backend.js";
export { timeToLive } from "./time-to-live.js";
