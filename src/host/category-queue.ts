import type { QueueBudget, QueueLimits, WriteQueue } from "./calls/queue-budget.js";

/** The writes of one category that wait, counted in the budget of its backend, which may become another. */
export class CategoryQueue implements WriteQueue {
  #budget: QueueBudget;
  #ownWrites = 0;
  #ownBytes = 0;
  #held = 0;

  constructor(budget: QueueBudget) {
    this.#budget = budget;
  }

  /** Those that wait now wait for another backend, which may have more to do then than it would take on by itself. */
  moveTo(budget: QueueBudget): void {
    const former = this.#budget;
    if (former === budget) return;
    this.#budget = budget;
    former.take(-this.#ownWrites, -this.#ownBytes);
    budget.take(this.#ownWrites, this.#ownBytes);
    for (let held = 0; held < this.#held; held += 1) {
      former.letGo();
      budget.hold();
    }
  }

  get limits(): QueueLimits {
    return this.#budget.limits;
  }

  get writes(): number {
    return this.#budget.writes;
  }

  get bytes(): number {
    return this.#budget.bytes;
  }

  fits(writes: number, bytes: number): boolean {
    return this.#budget.fits(writes, bytes);
  }

  admit(bytes: number): boolean {
    if (!this.#budget.admit(bytes)) return false;
    this.#ownWrites += 1;
    this.#ownBytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#ownWrites -= 1;
    this.#ownBytes -= bytes;
    this.#budget.release(bytes);
  }

  hold(): void {
    this.#held += 1;
    this.#budget.hold();
  }

  letGo(): void {
    this.#held -= 1;
    this.#budget.letGo();
  }

  refuse(): void {
    this.#budget.refuse();
  }
}
