import { LRUCache } from "lru-cache";

/** Keys remembered at a time: a million look-ups for keys that do not exist must not fill the memory. */
export const MAX_ABSENT_KEYS = 10_000;

/**
 * The keys a loader has found no value for, each for `negativeTtl`. They are kept in this process and not in the
 * backend: whoever asks for names at random would fill it with what does not exist.
 */
export class AbsentKeys {
  readonly #settings: { readonly negativeTtlMs: number };
  /** Until when, in ms since the epoch. Made for the first key: its room for all of them takes milliseconds to make. */
  #until: LRUCache<string, number> | undefined;

  /** @param settings `negativeTtlMs` may change; 0: nothing is remembered. */
  constructor(settings: { readonly negativeTtlMs: number }) {
    this.#settings = settings;
  }

  has(key: string, now: number): boolean {
    if (this.#until === undefined || this.#until.size === 0) return false;
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (now < until) return true;
    this.#until.delete(key);
    return false;
  }

  add(key: string, now: number): void {
    const { negativeTtlMs } = this.#settings;
    if (negativeTtlMs === 0) return;
    this.#until ??= new LRUCache({ max: MAX_ABSENT_KEYS });
    this.#until.set(key, now + negativeTtlMs);
  }

  delete(key: string): void {
    this.#until?.delete(key);
  }

  clear(): void {
    this.#until?.clear();
  }
}
