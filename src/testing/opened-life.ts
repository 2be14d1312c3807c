import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../contract/backend.js";

/** What a call may be told besides its arguments. Left out: a signal that does not abort and a deadline far away. */
export interface CallSettings {
  readonly signal?: AbortSignal;
  readonly deadline?: number;
}

/** A backend as checks call it: every method there, whoever supplies it, and answers as they come, believed by nobody. */
export interface BackendFace {
  get(key: EntryKey, call?: CallSettings): Promise<unknown>;
  put(key: EntryKey, entry: StoredEntry, call?: CallSettings): Promise<unknown>;
  purge(key: EntryKey, call?: CallSettings): Promise<unknown>;
  getMany(keys: readonly EntryKey[]): Promise<unknown>;
  putMany(entries: readonly (readonly [EntryKey, StoredEntry])[]): Promise<unknown>;
  purgeMany(keys: readonly EntryKey[]): Promise<unknown>;
  scan(query: ScanQuery): Promise<ScanPage>;
  clear(category: string): Promise<unknown>;
  /** Does nothing where the backend has no such method. */
  ping(): Promise<unknown>;
}

/** One life of the plugin with the backend open. */
export interface OpenedLife {
  readonly face: BackendFace;
  /** The optional methods the backend has, where that can be seen. */
  readonly methods?: readonly string[];
  /** What the backend told the host of changes by others: keys, or "all". */
  readonly invalidated: readonly (readonly EntryKey[] | "all")[];
  /** Ends the life in order. Does nothing when it has ended. */
  close(): Promise<void>;
}

/** Opens a life on the store that the parameters lead to. */
export type OpenLife = (parameters: unknown) => Promise<OpenedLife>;
