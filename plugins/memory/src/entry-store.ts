import { CategoryEntries } from "./category-entries.js";
import { entryBytes } from "./entry.js";
import type { Entry } from "./entry.js";
import type { MemoryParameters } from "./parse-parameters.js";
import { RecencyList } from "./recency-list.js";

/**
 * Entries of all categories within common bounds: past either, those whose last use is the longest ago go first,
 * whatever their category. Knows nothing of time; expired entries are for its user to remove.
 */
export class EntryStore {
  readonly #bounds: MemoryParameters;
  /** None of them is empty. */
  readonly #categories = new Map<string, CategoryEntries>();
  #recency = new RecencyList();
  #count = 0;
  #bytes = 0;

  constructor(bounds: MemoryParameters) {
    this.#bounds = bounds;
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
    this.#recency.touch(entry);
  }

  /**
   * Stores under a key, replacing what is there, and removes other entries until the bounds hold again.
   * @param value kept as it is; with its key it must fit within `maxBytes`.
   */
  put(category: string, key: string, value: Uint8Array, expiresAt: number | undefined): void {
    const existing = this.find(category, key);
    if (existing === undefined) {
      this.#add({ category, key, value, expiresAt, position: 0, older: undefined, newer: undefined });
    } else {
      this.#bytes += value.byteLength - existing.value.byteLength;
      existing.value = value;
      existing.expiresAt = expiresAt;
      this.#recency.touch(existing);
    }
    this.#evict();
  }

  /** Removes an entry that is in here. */
  remove(entry: Entry): void {
    this.#forget(entry);
    const entries = this.#categories.get(entry.category);
    entries?.remove(entry);
    if (entries?.size === 0) this.#categories.delete(entry.category);
  }

  /** Removes the entries of one category, in time proportional to their number. */
  clear(category: string): void {
    const entries = this.#categories.get(category);
    if (entries === undefined) return;
    for (const entry of entries) this.#forget(entry);
    entries.clear();
    this.#categories.delete(category);
  }

  removeAll(): void {
    this.#categories.clear();
    this.#recency = new RecencyList();
    this.#count = 0;
    this.#bytes = 0;
  }

  #add(entry: Entry): void {
    let entries = this.#categories.get(entry.category);
    if (entries === undefined) {
      entries = new CategoryEntries();
      this.#categories.set(entry.category, entries);
    }
    entries.add(entry);
    this.#recency.add(entry);
    this.#count += 1;
    this.#bytes += entryBytes(entry.key, entry.value);
  }

  /** Ends before it reaches the entry just put: that one was used last and fits by itself. */
  #evict(): void {
    const { maxEntries, maxBytes } = this.#bounds;
    while (this.#count > maxEntries || this.#bytes > maxBytes) {
      const { oldest } = this.#recency;
      if (oldest === undefined) return;
      this.remove(oldest);
    }
  }

  #forget(entry: Entry): void {
    this.#recency.remove(entry);
    this.#count -= 1;
    this.#bytes -= entryBytes(entry.key, entry.value);
  }
}
