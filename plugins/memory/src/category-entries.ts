import type { Entry } from "./entry.js";

/**
 * The entries of one category: by key, and in a dense listing that is walked downwards.
 *
 * A walk starts at the end and names where it is by index. Removing an entry moves the last one into its place, so an
 * entry only ever moves to a lower index: one that the walk has not reached stays below it and will be reached. Hence
 * a walk meets every entry that is there throughout, whatever comes and goes meanwhile; it may meet one twice. It
 * needs no state kept for it, takes constant time per entry met, and ends, because its index only falls.
 */
export class CategoryEntries {
  readonly #byKey = new Map<string, Entry>();
  readonly #listing: Entry[] = [];

  get size(): number {
    return this.#listing.length;
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  /** The entry at an index below `size`. */
  at(index: number): Entry | undefined {
    return this.#listing[index];
  }

  /** Adds an entry under a key that has none. */
  add(entry: Entry): void {
    entry.position = this.#listing.length;
    this.#listing.push(entry);
    this.#byKey.set(entry.key, entry);
  }

  /** Removes an entry of this category. */
  remove(entry: Entry): void {
    const last = this.#listing.pop();
    if (last !== undefined && last !== entry) {
      last.position = entry.position;
      this.#listing[entry.position] = last;
    }
    this.#byKey.delete(entry.key);
  }

  /** Removes all; a walk under way finds nothing more. */
  clear(): void {
    this.#listing.length = 0;
    this.#byKey.clear();
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.#listing.values();
  }
}
