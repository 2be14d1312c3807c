import type { Cancel, Clock } from "../clock.js";

/** How long counts are gathered after a report, in ms. */
const GATHERING_MS = 1000;

/** Counts what was dropped and reports it: at once, then at most once a second, so that reports of a flood are none themselves. */
export class DropTally {
  readonly #clock: Clock;
  readonly #report: (count: number) => void;
  #count = 0;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, report: (count: number) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  add(count: number): void {
    this.#count += count;
    if (this.#cancel === undefined) this.#reportNow();
  }

  /** Reports what has not been, and leaves no timer behind. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const count = this.#count;
    this.#count = 0;
    if (count > 0) this.#report(count);
  }

  #reportNow(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    this.#cancel = this.#clock.schedule(() => {
      this.#cancel = undefined;
      this.#reportNow();
    }, GATHERING_MS);
    this.#report(count);
  }
}
