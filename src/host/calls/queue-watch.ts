import type { Cancel, Clock } from "../clock.js";

/**
 * `idle`: nothing waits for longer than its turn. `queuing`: writes wait because the backend does not take them.
 * `full`: there was no room for another one.
 */
export type QueueState = "idle" | "queuing" | "full";

/**
 * How long nothing may have waited before an outage counts as over, in ms: a backend where one write in a hundred
 * times out is told of once a second, not a hundred times.
 */
export const QUEUE_QUIET_MS = 1000;

export interface QueueWatchOptions {
  readonly clock: Clock;
  readonly onChange: (state: QueueState, previous: QueueState) => void;
}

/** Sees when writes begin to wait for a backend, when they have no more room, and when all of them are done. */
export class QueueWatch {
  readonly #options: QueueWatchOptions;
  #state: QueueState = "idle";
  #held = 0;
  #cancelQuiet: Cancel | undefined;
  #isEnded = false;

  constructor(options: QueueWatchOptions) {
    this.#options = options;
  }

  /** A write has to wait for the backend to take it. */
  hold(): void {
    this.#held += 1;
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
    if (this.#state === "idle") this.#become("queuing");
  }

  /** One that had to wait is done, or is not to be done any more. */
  letGo(): void {
    this.#held -= 1;
    this.#awaitQuiet();
  }

  /** There was no room for a write. */
  refuse(): void {
    this.#become("full");
    this.#awaitQuiet();
  }

  /** Nothing is told any more. */
  end(): void {
    this.#isEnded = true;
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
  }

  #awaitQuiet(): void {
    if (this.#held > 0 || this.#isEnded) return;
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#options.clock.schedule(() => {
      this.#cancelQuiet = undefined;
      this.#become("idle");
    }, QUEUE_QUIET_MS);
  }

  #become(state: QueueState): void {
    const previous = this.#state;
    if (previous === state || this.#isEnded) return;
    this.#state = state;
    this.#options.onChange(state, previous);
  }
}
