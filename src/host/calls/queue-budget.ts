import type { QueueWatch } from "./queue-watch.js";

/** How many writes of a backend may wait, and how many bytes the values they carry may have. */
export interface QueueLimits {
  readonly queuedWrites: number;
  readonly queuedBytes: number;
}

/** What counts the writes that wait, as those who make them see it. */
export interface WriteQueue {
  readonly limits: QueueLimits;
  /** Those of one backend, of all its categories. */
  readonly writes: number;
  readonly bytes: number;
  /** Whether there is room for so many more. */
  fits(writes: number, bytes: number): boolean;
  /** Counts a write, unless that would be too much; answers whether it did. */
  admit(bytes: number): boolean;
  /** A write that was admitted waits no more. */
  release(bytes: number): void;
  /** A write has to wait for the backend to take it. */
  hold(): void;
  /** One that was held is done, or is not to be done any more. */
  letGo(): void;
  /** There was no room for a write. */
  refuse(): void;
}

/** Counts the writes that wait for one backend, of all its categories. */
export class QueueBudget implements WriteQueue {
  readonly #limits: QueueLimits;
  readonly #watch: QueueWatch | undefined;
  #writes = 0;
  #bytes = 0;

  /** @param watch Told which of them wait for longer than their turn. */
  constructor(limits: QueueLimits, watch?: QueueWatch) {
    this.#limits = limits;
    this.#watch = watch;
  }

  get limits(): QueueLimits {
    return this.#limits;
  }

  get writes(): number {
    return this.#writes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is room for so many more. */
  fits(writes: number, bytes: number): boolean {
    const { queuedWrites, queuedBytes } = this.#limits;
    return this.#writes + writes <= queuedWrites && this.#bytes + bytes <= queuedBytes;
  }

  /** Counts a write, unless that would be too much; answers whether it did. */
  admit(bytes: number): boolean {
    if (!this.fits(1, bytes)) return false;
    this.#writes += 1;
    this.#bytes += bytes;
    return true;
  }

  /** A write that was admitted waits no more. */
  release(bytes: number): void {
    this.#writes -= 1;
    this.#bytes -= bytes;
  }

  /** A write has to wait for the backend to take it. */
  hold(): void {
    this.#watch?.hold();
  }

  /** One that was held is done, or is not to be done any more. */
  letGo(): void {
    this.#watch?.letGo();
  }

  /** Counts writes that have waited for another backend until now, whether there is room for them or not. */
  take(writes: number, bytes: number): void {
    this.#writes += writes;
    this.#bytes += bytes;
  }

  /** Nothing is told of it any more. */
  end(): void {
    this.#watch?.end();
  }

  /** There was no room for a write. */
  refuse(): void {
    this.#watch?.refuse();
  }
}
