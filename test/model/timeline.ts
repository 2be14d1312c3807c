import type { FakeClock } from "../support/fake-clock.js";

/** When something happened: its place among all that happened in a history, and the time on the wall. */
export interface Moment {
  /** Counts up with everything that happens. */
  readonly seq: number;
  /** Ms since the epoch. */
  readonly atMs: number;
}

/** Puts what happens in a history in order, also what happens in the same millisecond. */
export class Timeline {
  readonly #clock: FakeClock;
  readonly #startMs: number;
  readonly #lines: string[] = [];
  #seq = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
    this.#startMs = clock.now();
  }

  /** This moment, after all before it. */
  mark(): Moment {
    this.#seq += 1;
    return { seq: this.#seq, atMs: this.#clock.now() };
  }

  /** Writes down what happens now, for whoever reads the history of a failure. */
  note(what: string): Moment {
    const moment = this.mark();
    this.#lines.push(`${String(moment.seq).padStart(5)} ${moment.atMs - this.#startMs} ms: ${what}`);
    return moment;
  }

  /** All that was noted, a line each. */
  text(): string {
    return this.#lines.join("\n");
  }
}
