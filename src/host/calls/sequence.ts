/** The numbers of calls: 1, 2, 3 … and, after the last, 1 again, where it is free. */

/** Numbers are positive 32-bit integers, because one travels through shared memory. At 200,000 a second: 3 hours. */
const MAX_SEQUENCE = 0x7fff_ffff;

export class Sequence {
  readonly #max: number;
  #current = 0;
  /** Whether the numbers have begun anew: calls that never end may hold some of them. */
  #isAnew = false;

  constructor(max: number = MAX_SEQUENCE) {
    this.#max = max;
  }

  /** The number last given; 0 before the first. */
  get current(): number {
    return this.#current;
  }

  /**
   * Goes on to the next number that is free.
   * @returns whether it follows the one before.
   */
  advance(isTaken: (sequence: number) => boolean): boolean {
    const next = this.#current + 1;
    this.#step();
    while (this.#isAnew && isTaken(this.#current)) this.#step();
    return this.#current === next;
  }

  /** Whether `sequence` was given after `other`: the shorter way round tells. */
  isAfter(sequence: number, other: number): boolean {
    const ahead = (((sequence - other) % this.#max) + this.#max) % this.#max;
    return ahead > 0 && ahead < this.#max / 2;
  }

  #step(): void {
    if (this.#current >= this.#max) {
      this.#current = 0;
      this.#isAnew = true;
    }
    this.#current += 1;
  }
}
