import { LRUCache } from "lru-cache";
import type { EntryTimes } from "./held-entry.js";

/** Keys remembered at a time: some megabyte. Whichever is forgotten is tried again by its next hit. */
const MAX_FAILED_REFRESHES = 10_000;

/** When a value whose load ahead of its end has failed is due for another. */
interface Retry {
  readonly writeVersion: number;
  readonly dueAt: number;
}

/** When values whose load ahead of their end has failed are due for another: a source that is down is not asked by each hit. */
export class RefreshRetries {
  /** Made for the first key: its room for all of them takes milliseconds to make. */
  #retries: LRUCache<string, Retry> | undefined;

  isDue(key: string, now: number, { writeVersion }: EntryTimes): boolean {
    const retry = this.#retries?.get(key);
    return retry === undefined || retry.writeVersion !== writeVersion || now >= retry.dueAt;
  }

  /** It is tried again in half the time that is left of the value's freshness. */
  failed(key: string, now: number, { writeVersion, freshUntil }: EntryTimes): void {
    if (now >= freshUntil) return;
    this.#retries ??= new LRUCache({ max: MAX_FAILED_REFRESHES });
    this.#retries.set(key, { writeVersion, dueAt: now + (freshUntil - now) / 2 });
  }
}
