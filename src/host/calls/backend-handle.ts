/** A storage backend as the cache sees it, whichever life of its plugin serves it. */
import type { EntryKey, StoredEntry } from "../../contract/backend.js";

/**
 * Calls one backend. Every promise settles within the plugin's `limits.call`, rejecting with a `StockpileError`:
 * `PluginUnavailableError` (not serving, breaker open, poison key; nothing was sent), `BackendOverloadedError`
 * (nothing was sent), `BackendTimeoutError` (outcome unknown), `BackendError` (the backend failed), `ClosedError`.
 */
export interface BackendHandle {
  readonly pluginName: string;
  /** The id it is registered by; `undefined` while the configuration leaves it to the plugin and that has not started. */
  readonly backendId: string | undefined;
  /** The value may be a view into a larger buffer of the host's own: copy it to keep it. */
  get(key: EntryKey): Promise<StoredEntry | undefined>;
  put(key: EntryKey, entry: StoredEntry): Promise<void>;
  purge(key: EntryKey): Promise<void>;
}
