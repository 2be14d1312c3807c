import type { Operation } from "./operation.js";

/** How often is looked for operations that nobody waits for any more, in ms: they may be that much late. */
const LOOK_INTERVAL_MS = 20;

/** Operations that went out together. */
export type Sent = readonly Operation[];

/**
 * Finds the operations whose deadline has passed. It looks at what went out together as one, by the earliest deadline in
 * it, so that an operation that is answered in time costs next to nothing; and it has a timer only while any is under
 * way.
 */
export class Overdue {
  readonly #underWay = new Map<Sent, number>();
  readonly #onLate: (operation: Operation) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onLate: (operation: Operation) => void) {
    this.#onLate = onLate;
  }

  add(sent: Sent): void {
    let earliest = Infinity;
    for (const { deadline } of sent) if (deadline < earliest) earliest = deadline;
    this.#underWay.set(sent, earliest);
    this.#timer ??= setInterval(() => this.#look(), LOOK_INTERVAL_MS);
  }

  remove(sent: Sent): void {
    this.#underWay.delete(sent);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** All that are under way. */
  *[Symbol.iterator](): Iterator<Operation> {
    for (const sent of this.#underWay.keys()) yield* sent;
  }

  #look(): void {
    if (this.#underWay.size === 0) this.close();
    const now = Date.now();
    for (const [sent, earliest] of this.#underWay) {
      if (earliest > now) continue;
      let next = Infinity;
      for (const operation of sent) {
        if (operation.isSettled) continue;
        if (operation.deadline <= now) this.#onLate(operation);
        else if (operation.deadline < next) next = operation.deadline;
      }
      if (next === Infinity) this.#underWay.delete(sent);
      else this.#underWay.set(sent, next);
    }
  }
}
