import { randomInt } from "node:crypto";
import { GENERATION_BYTES } from "./entry-keys.js";
import type { Environment } from "./environment.js";
import type { WriteQueue } from "./write-queue.js";

/** That of a category that was never cleared. */
const FIRST_GENERATION = 0;
/** Below this generations are drawn, so that there is a next number to each: it ends the range of its keys. */
const GENERATIONS_END = 2 ** (8 * GENERATION_BYTES) - 1;

/**
 * Which entries of a category count. A category is cleared by giving it another generation: what was there at once is
 * of a former one, however much it is, and is removed in the background.
 *
 * A generation is a random number of 48 bits, and so was never there before. If they were counted, of two processes
 * that clear at the same time the slower could write a number that the other is already past, and bring back what that
 * has cleared.
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

  /** The present generation of a category. Another life may have cleared it. */
  of(category: string): number {
    return this.#pending.get(category) ?? this.stored(category);
  }

  /** Gives a category another generation: at once for the calls that follow here, for others once that is written. */
  async renew(category: string): Promise<void> {
    const generation = randomInt(FIRST_GENERATION + 1, GENERATIONS_END);
    const bytes = Buffer.alloc(GENERATION_BYTES);
    bytes.writeUIntBE(generation, 0, GENERATION_BYTES);
    this.#pending.set(category, generation);
    try {
      await this.#writes.write(() => void this.#environment.generations.put(Buffer.from(category), bytes));
    } finally {
      if (this.#pending.get(category) === generation) this.#pending.delete(category);
    }
  }

  /** What is written of a category's present generation. */
  stored(category: string): number {
    const bytes = this.#environment.generations.getBinary(Buffer.from(category));
    return bytes?.readUIntBE(0, GENERATION_BYTES) ?? FIRST_GENERATION;
  }

  /** Each category that was ever cleared. */
  cleared(): string[] {
    return [...this.#environment.generations.getKeys()].map((name) => Buffer.from(name).toString());
  }
}
