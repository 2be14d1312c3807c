/** Entries that may be deleted from one underlying map before it is replaced: fewer than a collection's worth. */
const MAX_DELETIONS = 1024;

/**
 * A map for entries that come and go without end, such as calls under way.
 *
 * V8 never cleans a map's table: each time the table is full of deletions it makes another, and the discarded one
 * refers to it. Once one of them has reached the old generation, all that follow are kept with everything that was in
 * them, until the next full collection. With 1,000 reads in the air that took a third of the process's time (Node
 * 20). So after enough deletions the map itself is replaced by one that nothing discarded refers to.
 */
export class TransientMap<Key, Value> {
  #entries = new Map<Key, Value>();
  #deletions = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
  }

  /** Forgets an entry; answers whether it was there. */
  delete(key: Key): boolean {
    if (!this.#entries.delete(key)) return false;
    this.#deletions += 1;
    // Copying costs no more than the deletions before it have.
    if (this.#deletions >= MAX_DELETIONS && this.#deletions >= this.#entries.size) {
      this.#entries = new Map(this.#entries);
      this.#deletions = 0;
    }
    return true;
  }

  /** The values in the order their keys were added. Delete nothing while going through them: a copy may go unseen. */
  values(): IterableIterator<Value> {
    return this.#entries.values();
  }

  clear(): void {
    this.#entries = new Map();
    this.#deletions = 0;
  }
}
