import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { ENTRY_OVERHEAD_BYTES } from "@stockpile/plugin-memory";
import type { MemoryParameters } from "@stockpile/plugin-memory";

interface ModelEntry extends EntryKey, StoredEntry {}

/** What the backend is to do, said as plainly as possible: one array, the entry used last at its end. */
export class MemoryModel {
  readonly #bounds: MemoryParameters;
  #entries: ModelEntry[] = [];
  /** How many entries have gone because of the bounds. */
  evicted = 0;

  constructor(bounds: MemoryParameters) {
    this.#bounds = bounds;
  }

  get entries(): readonly ModelEntry[] {
    return this.#entries;
  }

  get bytes(): number {
    return this.#entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  }

  get({ category, key }: EntryKey, now: number): StoredEntry | undefined {
    const found = this.#entries.find((entry) => entry.category === category && entry.key === key);
    if (found === undefined) return undefined;
    this.purge(found);
    if (hasExpired(found, now)) return undefined;
    this.#entries.push(found);
    return found.expiresAt === undefined
      ? { value: found.value }
      : { value: found.value, expiresAt: found.expiresAt };
  }

  /** Answers whether the entry fits. */
  put(key: EntryKey, stored: StoredEntry, now: number): boolean {
    const entry = { ...key, ...stored };
    if (sizeOf(entry) > this.#bounds.maxBytes) return false;
    this.purge(key);
    if (hasExpired(entry, now)) return true;
    this.#entries.push(entry);
    while (this.#entries.length > this.#bounds.maxEntries || this.bytes > this.#bounds.maxBytes) {
      this.#entries.shift();
      this.evicted += 1;
    }
    return true;
  }

  purge({ category, key }: EntryKey): void {
    this.#entries = this.#entries.filter((entry) => entry.category !== category || entry.key !== key);
  }

  clear(category: string): void {
    this.#entries = this.#entries.filter((entry) => entry.category !== category);
  }

  /** Removes what has expired, of one category or of all. */
  expire(now: number, category?: string): void {
    this.#entries = this.#entries.filter(
      (entry) => (category !== undefined && entry.category !== category) || !hasExpired(entry, now),
    );
  }

  /** The keys of one category, sorted. */
  keys(category: string): string[] {
    return this.#entries
      .filter((entry) => entry.category === category)
      .map(({ key }) => key)
      .toSorted();
  }
}

function sizeOf({ key, value }: ModelEntry): number {
  return 2 * key.length + value.byteLength + ENTRY_OVERHEAD_BYTES;
}

function hasExpired({ expiresAt }: StoredEntry, now: number): boolean {
  return expiresAt !== undefined && now > expiresAt;
}
