/** A storage backend as the cache sees it, whichever life of its plugin serves it. */
import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../../contract/backend.js";

/** A method that a backend may have or not. */
export type Ability = "getMany" | "putMany" | "purgeMany" | "scan" | "clear";

/**
 * Hears once, after a write has rejected with `BackendTimeoutError`, when its outcome is no longer open: the backend
 * has done it after all (`true`), or has failed and ended or its life is over, so that it never will (`false`).
 */
export interface OnReleased {
  (isDone: boolean): void;
  /** Whether others wait for that. Then the plugin is ended when it has not happened `limits.hang` after the deadline. */
  isAwaited?(): boolean;
}

/**
 * Calls one backend. Every promise settles within the plugin's `limits.call`, rejecting with a `StockpileError`:
 * `PluginUnavailableError` (not serving, breaker open, poison key: nothing was sent; or the plugin ended: outcome
 * unknown, but nothing is done any more), `BackendOverloadedError` (nothing was sent), `BackendTimeoutError` (outcome
 * open, see {@link OnReleased}), `BackendError` (the backend failed), `ClosedError`.
 */
export interface BackendHandle {
  readonly pluginName: string;
  /** The id it is registered by; `undefined` while the configuration leaves it to the plugin and that has not started. */
  readonly backendId: string | undefined;
  /** Whether calls are sent now: it is open and its breaker is closed. */
  readonly isServing: boolean;
  /** Has `listener` called, synchronously, each time the backend begins to serve (again). It must not throw. */
  onServing(listener: () => void): void;
  /** Whether the backend has that method; `false` while it has never been open. */
  has(ability: Ability): boolean;
  /** The value may be a view into a larger buffer of the host's own: copy it to keep it. */
  get(key: EntryKey): Promise<StoredEntry | undefined>;
  put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void>;
  purge(key: EntryKey, onReleased?: OnReleased): Promise<void>;
  /** One call for all keys, in their order; it fails for all if it fails for one. */
  getMany(keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]>;
  /** One call for all entries; after a failure some may be stored. */
  putMany(entries: readonly (readonly [EntryKey, StoredEntry])[], onReleased?: OnReleased): Promise<void>;
  /** One call for all keys; after a failure some may be removed. */
  purgeMany(keys: readonly EntryKey[], onReleased?: OnReleased): Promise<void>;
  /** One page of the keys of a category. Rejects with `UnsupportedError` where the backend has no `scan`. */
  scan(query: ScanQuery): Promise<ScanPage>;
  /** Removes all entries of one category. Rejects with `UnsupportedError` where the backend has no `clear`. */
  clear(category: string, onReleased?: OnReleased): Promise<void>;
}
