import type { Logger } from "pino";

import type { MojangEvent } from "./mojang-event.js";

/** Those who hear of new entries. One that throws keeps nobody else from hearing. */
export class EntryListeners {
  readonly #logger: Logger;
  readonly #listeners = new Map<symbol, (event: MojangEvent) => void>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @returns what takes the listener off. */
  add(listener: (event: MojangEvent) => void): () => void {
    const id = Symbol("listener"); // the same function may be added twice
    this.#listeners.set(id, listener);
    return () => void this.#listeners.delete(id);
  }

  /** Tells all of them, in the same turn. */
  tell(event: MojangEvent): void {
    for (const listener of this.#listeners.values()) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error({ err: error, type: event.type }, "A listener of entries has thrown");
      }
    }
  }

  /** Forgets them all. */
  clear(): void {
    this.#listeners.clear();
  }
}
