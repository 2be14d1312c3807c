import type { Logger } from "@stockpile/core/plugin";
import type { KeyvAdapter } from "./adapter.js";

/** How often the same message is logged, in ms: a client that reconnects tells of each attempt. */
const LOG_INTERVAL_MS = 10_000;

/**
 * What an adapter tells of by its event `error`. Many answer a call that failed as if nothing were there, or as if all
 * were stored, and only emit: a call during which that happened has failed.
 */
export class AdapterErrors {
  readonly #logger: Logger;
  readonly #loggedAt = new Map<string, number>();
  #count = 0;
  #last: unknown;

  constructor(adapter: KeyvAdapter, logger: Logger) {
    this.#logger = logger;
    adapter.on?.("error", (error) => this.#note(error));
    // Of those that can be told to reject instead.
    if (typeof adapter.throwOnErrors === "boolean") adapter.throwOnErrors = true;
  }

  /**
   * Calls the adapter, and rejects if it has emitted an error meanwhile.
   * @throws what the adapter throws or emits.
   */
  async watch<T>(call: () => Promise<T>): Promise<T> {
    const before = this.#count;
    const result = await call();
    if (this.#count === before) return result;
    throw this.#last instanceof Error ? this.#last : new Error(String(this.#last));
  }

  #note(error: unknown): void {
    this.#count += 1;
    this.#last = error;
    const message = error instanceof Error ? error.message : String(error);
    const now = performance.now();
    if (now - (this.#loggedAt.get(message) ?? -Infinity) < LOG_INTERVAL_MS) return;
    // Messages may be as many as there are calls.
    if (this.#loggedAt.size >= 100) this.#loggedAt.clear();
    this.#loggedAt.set(message, now);
    this.#logger.warn({ err: error }, "The Keyv adapter tells of an error");
  }
}
