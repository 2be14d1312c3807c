import type { EntryKey, ScanPage, ScanQuery, StorageBackend, StoredEntry } from "@stockpile/core/plugin";
import type { BackendParameters } from "./parameters.js";

/** Keeps entries in the memory of the plugin's thread. Put your own storage in its place. */
export class MapBackend implements StorageBackend {
  readonly #maxEntries: number;
  /** A map in a map: no category and key, joined by whatever, can be mistaken for another's. */
  readonly #categories = new Map<string, Map<string, StoredEntry>>();

  constructor({ maxEntries }: BackendParameters) {
    this.#maxEntries = maxEntries;
  }

  get({ category, key }: EntryKey): StoredEntry | undefined {
    const entry = this.#categories.get(category)?.get(key);
    if (entry === undefined || isExpired(entry)) return undefined;
    // The host may write to what it gets, so it gets a copy.
    return { ...entry, value: entry.value.slice() };
  }

  put({ category, key }: EntryKey, entry: StoredEntry): void {
    const entries = this.#categories.get(category) ?? new Map<string, StoredEntry>();
    this.#categories.set(category, entries);
    // Taken out first: a map keeps what it has in its place, and the oldest are at the front.
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= this.#maxEntries) return;
      entries.delete(oldest);
    }
  }

  purge({ category, key }: EntryKey): void {
    this.#categories.get(category)?.delete(key);
  }

  /** The cursor is the last key of the page before, so that keys may come and go between two pages. */
  scan({ category, cursor, limit }: ScanQuery): ScanPage {
    const keys = [...(this.#categories.get(category)?.keys() ?? [])];
    const rest = keys.filter((key) => cursor === undefined || key > cursor).toSorted();
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return rest.length > limit && last !== undefined ? { keys: page, cursor: last } : { keys: page };
  }

  clear(category: string): void {
    this.#categories.delete(category);
  }

  ping(): void {}

  close(): void {
    this.#categories.clear();
  }
}

function isExpired({ expiresAt }: StoredEntry): boolean {
  return expiresAt !== undefined && expiresAt < Date.now();
}
