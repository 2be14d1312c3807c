import type { CategoryEntries } from "./category-entries.js";
import type { Entry } from "./entry.js";
import { isExpired } from "./entry.js";
import type { EntryStore } from "./entry-store.js";

/**
 * Removes expired entries that nobody reads again, a limited number of looks at a time, round after round over all
 * categories. It walks each as a scan does (see {@link CategoryEntries}), so a round misses no entry that is there
 * throughout: an expired entry is gone one round later at the latest.
 */
export class ExpirySweep {
  readonly #store: EntryStore;
  #round: Iterator<CategoryEntries>;
  #walked: CategoryEntries | undefined;
  #index = 0;

  constructor(store: EntryStore) {
    this.#store = store;
    this.#round = store.categories();
  }

  /**
   * Looks at the next entries; stops early at the end of a round.
   * @param maxEntries how many entries to look at.
   * @param now milliseconds since the epoch.
   */
  run(maxEntries: number, now: number): void {
    for (let left = maxEntries; left > 0; left -= 1) {
      const entry = this.#next();
      if (entry === undefined) {
        this.#round = this.#store.categories();
        return;
      }
      if (isExpired(entry.expiresAt, now)) this.#store.remove(entry);
    }
  }

  /** The next entry of this round; `undefined` at its end. */
  #next(): Entry | undefined {
    while (true) {
      // The category may have shrunk, to nothing even, since it was last looked at.
      this.#index = Math.min(this.#index, this.#walked?.size ?? 0) - 1;
      const entry = this.#walked?.at(this.#index);
      if (entry !== undefined) return entry;
      const { value, done } = this.#round.next();
      if (done === true) {
        this.#walked = undefined;
        return undefined;
      }
      this.#walked = value;
      this.#index = value.size;
    }
  }
}
