import type { Cancel, Clock } from "../../clock.js";

/** Writes tried again at a time: enough to keep a backend busy, few enough for calls of readers to be admitted. */
const MAX_REPLAYED_AT_ONCE = 64;
/** Wait before the first try after a failure of a backend that serves, in ms; doubles with each round that fails. */
export const FIRST_RETRY_MS = 100;
/** The longest wait between two rounds, in ms: as often as a breaker asks. */
export const MAX_RETRY_MS = 30_000;

export interface ReplayOptions<Item> {
  readonly clock: Clock;
  readonly isServing: () => boolean;
  /** Tries one again. What follows is {@link Replay.ended}, once. */
  readonly send: (item: Item) => void;
}

/** What waits for its backend to come back, or for another try, in the order it failed. */
export class Replay<Item> {
  readonly #options: ReplayOptions<Item>;
  readonly #ready = new Set<Item>();
  /** Those that failed though the backend serves: each pass over the others gives them one try. */
  readonly #failed = new Set<Item>();
  readonly #underWay = new Set<Item>();
  #cancelTimer: Cancel | undefined;
  /** How often in a row something had to wait for another round. */
  #rounds = 0;
  #isEnded = false;

  constructor(options: ReplayOptions<Item>) {
    this.#options = options;
  }

  /** Has an item that failed tried again: when the backend serves again, or after a while where it does. */
  addFailed(item: Item): void {
    if (this.#isEnded) return;
    if (this.#options.isServing()) {
      this.#failed.add(item);
      this.#schedule();
    } else {
      // A backend that does not serve says so when it does.
      this.#ready.add(item);
    }
  }

  /** Has an item sent with the others that are tried again, as soon as its turn has come. */
  addReady(item: Item): void {
    this.#ready.add(item);
    this.#run();
  }

  /** An item is not to be tried any more. */
  remove(item: Item): void {
    this.#ready.delete(item);
    this.#failed.delete(item);
  }

  /** The backend serves again: everything is tried at once. */
  resume(): void {
    this.#rounds = 0;
    this.#retryFailed();
  }

  /** A try has ended, well or not; an item that is to be tried again was added again. */
  ended(item: Item): void {
    if (!this.#underWay.delete(item)) return;
    if (this.#ready.size === 0 && this.#failed.size === 0 && this.#underWay.size === 0) this.#rounds = 0;
    this.#run();
  }

  /** Nothing is tried again from now on. */
  end(): void {
    this.#isEnded = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#ready.clear();
    this.#failed.clear();
  }

  #schedule(): void {
    if (this.#cancelTimer !== undefined) return;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** this.#rounds, MAX_RETRY_MS);
    this.#cancelTimer = this.#options.clock.schedule(() => {
      this.#rounds += 1;
      this.#retryFailed();
    }, delayMs);
  }

  #retryFailed(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const item of this.#failed) this.#ready.add(item);
    this.#failed.clear();
    this.#run();
  }

  #run(): void {
    for (const item of this.#ready) {
      if (this.#isEnded || this.#underWay.size >= MAX_REPLAYED_AT_ONCE) return;
      if (!this.#options.isServing()) return;
      this.#ready.delete(item);
      this.#underWay.add(item);
      this.#options.send(item);
    }
  }
}
