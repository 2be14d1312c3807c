/** The listeners of one signal, behind the one that the signal knows of. */
interface Listening {
  readonly listeners: Set<() => void>;
  readonly onAbort: () => void;
}

/**
 * Listens to the signals of callers, once per signal however many gets share it: Node warns of a leak at the eleventh
 * listener, and a page that gets fifty keys under one request's signal leaks nothing.
 */
export class AbortListeners {
  readonly #bySignal = new Map<AbortSignal, Listening>();

  /**
   * Runs `listener` when `signal` aborts; it must not have aborted yet.
   * @returns a function that stops listening. With the last of its listeners, a signal is let go.
   */
  add(signal: AbortSignal, listener: () => void): () => void {
    const { listeners } = this.#bySignal.get(signal) ?? this.#listen(signal);
    listeners.add(listener);
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#forget(signal);
    };
  }

  #listen(signal: AbortSignal): Listening {
    const listeners = new Set<() => void>();
    const onAbort = (): void => {
      for (const listener of listeners) listener();
      this.#forget(signal);
    };
    const listening = { listeners, onAbort };
    this.#bySignal.set(signal, listening);
    signal.addEventListener("abort", onAbort);
    return listening;
  }

  #forget(signal: AbortSignal): void {
    const listening = this.#bySignal.get(signal);
    if (listening === undefined) return;
    this.#bySignal.delete(signal);
    signal.removeEventListener("abort", listening.onAbort);
  }
}
