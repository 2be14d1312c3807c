/** Listeners whose failures stay their own: an event must never be able to end the process. */
export class Listeners<T> {
  readonly #listeners = new Set<(event: T) => void>();
  readonly #onError: (error: unknown) => void;

  /** @param onError Told what a listener threw. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Adds a listener; the function returned takes it off again. */
  add(listener: (event: T) => void): () => void {
    // A wrapper of its own, so that one function may listen twice and be taken off once.
    const own = (event: T): void => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Tells every listener of this moment; those that are added meanwhile hear of the next event. */
  emit(event: T): void {
    for (const listener of Array.from(this.#listeners)) {
      if (!this.#listeners.has(listener)) continue;
      // An executor catches what is thrown, and what the promise of an async listener rejects with.
      new Promise((resolve) => {
        resolve(listener(event));
      }).catch(this.#onError);
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
