import { LRUCache } from "lru-cache";

/** Keys remembered at a time: some megabyte. Whichever is forgotten is tried again by its next hit. */
const MAX_FAILED_REFRESHES = 10_000;

/** When keys whose load ahead of their end has failed are due for another: a source that is down is not asked by each hit. */
export class RefreshRetries {
  readonly #dueAt: LRUCache<string, number> = new LRUCache({ max: MAX_FAILED_REFRESHES });

  isDue(key: string, now: number): boolean {
    const dueAt = this.#dueAt.get(key);
    return dueAt === undefined || now >= dueAt;
  }

  /** It is tried again in half the time that is left of the value's freshness. */
  failed(key: string, now: number, freshUntil: number): void {
    if (now < freshUntil) this.#dueAt.set(key, now + (freshUntil - now) / 2);
  }
}
