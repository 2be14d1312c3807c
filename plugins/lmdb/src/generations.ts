import type { Environment } from "./environment.js";
import type { WriteQueue } from "./write-queue.js";

/**
 * Which entries of a category count. A category is cleared by giving it another generation: what was there at once is
 * of a former one, however much it is, and is removed in the background.
 */
export class Generations {
  readonly #environment: Environment;
  readonly #writes: WriteQueue;
  /** Those that are being written. */
  readonly #pending = new Map<string, number>();

  constructor(environment: Environment, writes: WriteQueue) {
    this.#environment = environment;
    this.#writes = writes;
  }

  /** The present generation of a category, 0 where it was never cleared. Another life may have cleared it. */
  of(category: string): number {
    return this.#pending.get(category) ?? this.#stored(Buffer.from(category));
  }

  /** Gives a category its next generation: at once for writes, for reads once that is written. */
  async raise(category: string): Promise<void> {
    const generation = this.of(category) + 1;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(generation);
    this.#pending.set(category, generation);
    try {
      await this.#writes.write(() => void this.#environment.generations.put(Buffer.from(category), bytes));
    } finally {
      if (this.#pending.get(category) === generation) this.#pending.delete(category);
    }
  }

  /** Each category that was ever cleared, with its present generation. */
  all(): (readonly [category: string, generation: number])[] {
    // All names first: a cursor is not to be left open while values are read.
    const names = [...this.#environment.generations.getKeys()];
    return names.map((name) => [Buffer.from(name).toString(), this.#stored(name)]);
  }

  #stored(name: Uint8Array): number {
    return this.#environment.generations.getBinary(name)?.readUInt32BE() ?? 0;
  }
}
