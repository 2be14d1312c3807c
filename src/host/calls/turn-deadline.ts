import type { PendingCall } from "./call.js";
import type { Deadline, Deadlines } from "./deadlines.js";

/**
 * One deadline for the calls of one turn that wait equally long: they began together and expire together, so a
 * thousand of them need one entry among the host's deadlines and not a thousand. It knows them by their numbers,
 * which follow each other, and refers to none: what has ended must not be kept by what has not.
 */
export class TurnDeadline implements Deadline {
  readonly #startedAt: number;
  readonly #budgetMs: number;
  readonly #first: number;
  readonly #onExpire: (sequence: number, deadline: Deadline) => void;
  readonly #deadline: Deadline;
  #admitted = 1;
  #ended = 0;

  /**
   * @param call The first of the turn.
   * @param onExpire Called for each call when the time is over, those that have ended included.
   * @throws {ClosedError} the deadlines are closed.
   */
  constructor(
    { startedAt, budgetMs, sequence }: PendingCall,
    deadlines: Deadlines,
    onExpire: (sequence: number, deadline: Deadline) => void,
  ) {
    this.#startedAt = startedAt;
    this.#budgetMs = budgetMs;
    this.#first = sequence;
    this.#onExpire = onExpire;
    this.#deadline = deadlines.add(budgetMs, () => this.#expire(), startedAt);
  }

  /** Takes in another call, if it ends with the others, follows on them, and they have not all ended. */
  admit({ startedAt, budgetMs, sequence }: PendingCall): boolean {
    const belongs =
      startedAt === this.#startedAt &&
      budgetMs === this.#budgetMs &&
      sequence === this.#first + this.#admitted &&
      this.#ended < this.#admitted;
    if (belongs) this.#admitted += 1;
    return belongs;
  }

  /** One of the calls has ended; to be called once for each. With the last of them, the deadline is forgotten. */
  cancel(): void {
    this.#ended += 1;
    if (this.#ended === this.#admitted) this.#deadline.cancel();
  }

  #expire(): void {
    for (let index = 0; index < this.#admitted; index += 1) {
      try {
        this.#onExpire(this.#first + index, this);
      } catch (error) {
        // As among deadlines: what one call throws keeps no other waiting.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
