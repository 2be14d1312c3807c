/** What a storage backend is: the part of the contract a plugin author implements. */

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Where an entry lives. `category` matches `[a-z0-9][a-z0-9._-]*` (the runtime's own probes use `_stockpile`);
 * `key` is a well-formed string of 1 to 1,024 bytes in UTF-8. The host has checked both.
 */
export interface EntryKey {
  readonly category: string;
  readonly key: string;
}

/** What is stored under a key. */
export interface StoredEntry {
  /** Opaque bytes, owned by the receiver: a backend may keep the array it is given, the host the one it gets. */
  readonly value: Uint8Array;
  /** Milliseconds since the epoch after which the entry may be dropped; absent: keep it. */
  readonly expiresAt?: number;
}

/** What a backend may know about the call it is serving. */
export interface CallContext {
  /** Aborts when nobody waits for the result any more: the deadline has passed or the plugin is to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch at which the host stops waiting. Informative. */
  readonly deadline: number;
}

/** What {@link StorageBackend.scan} is asked. */
export interface ScanQuery {
  readonly category: string;
  /** Where the page before ended; absent for the first page. */
  readonly cursor?: string;
  /** The most keys a page may hold. */
  readonly limit: number;
}

/** One page of keys. A missing `cursor` means that this was the last page. */
export interface ScanPage {
  readonly keys: readonly string[];
  readonly cursor?: string;
}

/**
 * A storage backend. Calls overlap: a backend is called again before earlier calls have ended. Two lives of one
 * plugin may be open at once. A call that fails throws or rejects; the entry is then in its former or its new
 * state, never in between.
 */
export interface StorageBackend {
  /** Answers the entry, or `undefined` where there is none; one that has expired may be either. */
  get(key: EntryKey, call: CallContext): Awaitable<StoredEntry | undefined>;
  /** Stores the entry, replacing any other under the key. Resolves once the backend vouches for it. */
  put(key: EntryKey, entry: StoredEntry, call: CallContext): Awaitable<void>;
  /** Removes the entry. Purging an absent key succeeds. */
  purge(key: EntryKey, call: CallContext): Awaitable<void>;
  /** Releases what the backend holds. Called once, after which no other method is. */
  close?(): Awaitable<void>;

  // Optional, used when present; the runtime supplies the loop when absent.

  /** Answers one result per key, in the order of the keys. */
  getMany?(keys: readonly EntryKey[], call: CallContext): Awaitable<readonly (StoredEntry | undefined)[]>;
  /** Stores all entries; rejects if any could not be stored. */
  putMany?(entries: readonly (readonly [EntryKey, StoredEntry])[], call: CallContext): Awaitable<void>;
  /** Removes all entries; rejects if any could not be removed. */
  purgeMany?(keys: readonly EntryKey[], call: CallContext): Awaitable<void>;
  /** Lists keys of one category page by page; a key present throughout is listed at least once. */
  scan?(query: ScanQuery, call: CallContext): Awaitable<ScanPage>;
  /** Removes every entry of this category, and of no other. */
  clear?(category: string, call: CallContext): Awaitable<void>;
  /** Succeeds when the backend can serve. */
  ping?(call: CallContext): Awaitable<void>;
}
