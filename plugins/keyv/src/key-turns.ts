/**
 * One call of a key at a time, in the order they were made: adapters need not be made for more. One that replaces a
 * file in place, for instance, has readers see half of it.
 */
export class KeyTurns {
  /** The last call of each key that has one under way. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs a call when the calls before it have ended that share a key with it. */
  take<T>(keys: readonly string[], call: () => Promise<T>): Promise<T> {
    const before = new Set(keys.map((key) => this.#last.get(key)).filter((last) => last !== undefined));
    const result = before.size === 0 ? call() : Promise.allSettled(before).then(call);
    const ended = result.catch(() => undefined); // whoever called is told
    for (const key of keys) this.#last.set(key, ended);
    void this.#forget(keys, ended);
    return result;
  }

  async #forget(keys: readonly string[], ended: Promise<unknown>): Promise<void> {
    await ended;
    for (const key of keys) if (this.#last.get(key) === ended) this.#last.delete(key);
  }

  /** Resolves when all calls made so far have ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
