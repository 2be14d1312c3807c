import type { Entry } from "./entry.js";

/** Entries in the order of their last use, linked through `older` and `newer`; every operation takes constant time. */
export class RecencyList {
  #oldest: Entry | undefined;
  #newest: Entry | undefined;

  /** The entry whose last use is the longest ago. */
  get oldest(): Entry | undefined {
    return this.#oldest;
  }

  /** Adds an entry that is in no list, as the one used last. */
  add(entry: Entry): void {
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  /** Makes an entry of this list the one used last. */
  touch(entry: Entry): void {
    if (entry === this.#newest) return;
    this.remove(entry);
    this.add(entry);
  }

  /** Removes an entry of this list. */
  remove(entry: Entry): void {
    const { older, newer } = entry;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    // A removed entry must not keep its former neighbours from the collector, nor they each other in a long chain.
    entry.older = undefined;
    entry.newer = undefined;
  }
}
