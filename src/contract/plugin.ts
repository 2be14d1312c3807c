/**
 * The contract for plugin authors, exported as `@stockpile/core/plugin`.
 * Everything but the protocol version is a type: a plugin needs nothing of the host at run time.
 */
export type {
  Awaitable,
  CallContext,
  EntryKey,
  ScanPage,
  ScanQuery,
  StorageBackend,
  StoredEntry,
} from "./backend.js";
export type { BackendContext, Logger, LogMethod, PluginContext, StorageBackendFactory } from "./context.js";
export type { PluginMetadata } from "./metadata.js";
export { PROTOCOL_VERSION } from "./protocol.js";
