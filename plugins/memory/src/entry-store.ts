import { LRUCache } from "lru-cache";
import { CategoryEntries } from "./category-entries.js";
import { entryBytes } from "./entry.js";
import type { Entry } from "./entry.js";
import type { MemoryParameters } from "./parse-parameters.js";

/**
 * Entries of all categories within common bounds: past either, those whose last use is the longest ago go first,
 * whatever their category. Knows nothing of time; expired entries are for its user to remove.
 */
export class EntryStore {
  readonly #bounds: MemoryParameters;
  /** None of them is empty. */
  readonly #categories = new Map<string, CategoryEntries>();
  /** Every entry in the order of its last use, with what it weighs. */
  readonly #recency: LRUCache<Entry, Entry>;

  constructor(bounds: MemoryParameters) {
    this.#bounds = bounds;
    // No `max`, which would have it reserve memory for that many at once: entries are counted in `put`.
    this.#recency = new LRUCache({
      maxSize: bounds.maxBytes,
      dispose: (entry, _key, reason) => {
        if (reason === "evict") this.#unlist(entry);
      },
    });
  }

  find(category: string, key: string): Entry | undefined {
    return this.#categories.get(category)?.get(key);
  }

  /** The entries of one category; `undefined` where it has none. */
  category(name: string): CategoryEntries | undefined {
    return this.#categories.get(name);
  }

  /** Every category; one that comes while this is being read is met as well. */
  categories(): Iterator<CategoryEntries> {
    return this.#categories.values();
  }

  /** Counts as a use of the entry. */
  touch(entry: Entry): void {
    this.#recency.get(entry);
  }

  /**
   * Stores under a key, replacing what is there, and removes other entries until the bounds hold again.
   * @param value kept as it is; with its key it must fit within `maxBytes`.
   */
  put(category: string, key: string, value: Uint8Array, expiresAt: number | undefined): void {
    const existing = this.find(category, key);
    const entry = existing ?? { category, key, value, expiresAt, position: 0 };
    if (existing === undefined) {
      this.#list(entry);
    } else {
      this.#recency.delete(entry);
      entry.value = value;
      entry.expiresAt = expiresAt;
    }
    this.#recency.set(entry, entry, { size: entryBytes(key, value) });
    if (this.#recency.size > this.#bounds.maxEntries) this.#recency.pop();
  }

  /** Removes an entry that is in here. */
  remove(entry: Entry): void {
    this.#recency.delete(entry);
    this.#unlist(entry);
  }

  /** Removes the entries of one category, in time proportional to their number. */
  clear(category: string): void {
    const entries = this.#categories.get(category);
    if (entries === undefined) return;
    for (const entry of entries) this.#recency.delete(entry);
    entries.clear();
    this.#categories.delete(category);
  }

  removeAll(): void {
    this.#categories.clear();
    this.#recency.clear();
  }

  #list(entry: Entry): void {
    let entries = this.#categories.get(entry.category);
    if (entries === undefined) {
      entries = new CategoryEntries();
      this.#categories.set(entry.category, entries);
    }
    entries.add(entry);
  }

  #unlist(entry: Entry): void {
    const entries = this.#categories.get(entry.category);
    entries?.remove(entry);
    if (entries?.size === 0) this.#categories.delete(entry.category);
  }
}
