/** How many writes of a backend may wait, and how many bytes the values they carry may have. */
export interface QueueLimits {
  readonly queuedWrites: number;
  readonly queuedBytes: number;
}

/** Counts the writes that wait for one backend, of all its categories. */
export class QueueBudget {
  readonly #limits: QueueLimits;
  #writes = 0;
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
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

  /** Counts a write, unless that would be too much; answers whether it did. */
  admit(bytes: number): boolean {
    const { queuedWrites, queuedBytes } = this.#limits;
    if (this.#writes >= queuedWrites || this.#bytes + bytes > queuedBytes) return false;
    this.#writes += 1;
    this.#bytes += bytes;
    return true;
  }

  /** A write that was admitted waits no more. */
  release(bytes: number): void {
    this.#writes -= 1;
    this.#bytes -= bytes;
  }
}
