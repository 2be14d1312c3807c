import type { Clock } from "@stockpile/plugin-memory";

/** A clock that stands still until told otherwise, and whose repeated tasks run when told to. */
export class FakeClock implements Clock {
  readonly #tasks = new Map<() => void, number>();
  #now = 1_700_000_000_000;

  now(): number {
    return this.#now;
  }

  repeat(task: () => void, intervalMs: number): () => void {
    this.#tasks.set(task, intervalMs);
    return () => this.#tasks.delete(task);
  }

  /** Lets time pass without anything noticing. */
  advance(ms: number): void {
    this.#now += ms;
  }

  /** Runs each repeated task once, at the time it is. */
  tick(): void {
    for (const task of this.#tasks.keys()) task();
  }

  /** The intervals of the tasks that are still repeated, in ms. */
  get intervals(): number[] {
    return [...this.#tasks.values()];
  }
}
