import { setImmediate } from "node:timers/promises";

/**
 * Divides long work into portions, so that everybody else has a turn of the event loop in between: what never has to wait,
 * as for names that are in memory, would hold the loop from its first item to its last.
 */
export class Portions {
  readonly #size: number;
  #left: number;
  #turn: Promise<void> | undefined;

  /** @param size Items of a portion: about a millisecond's work. */
  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** Awaited before each item: resolves at once, or in the next turn where the portion of this one is done. */
  async next(): Promise<void> {
    while (this.#left === 0) {
      this.#turn ??= this.#nextTurn();
      // oxlint-disable-next-line no-await-in-loop -- others may have taken all of that one too
      await this.#turn;
    }
    this.#left -= 1;
  }

  async #nextTurn(): Promise<void> {
    await setImmediate();
    this.#left = this.#size;
    this.#turn = undefined;
  }
}
