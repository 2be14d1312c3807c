import { ClearBarrier, type ClearBarrierOptions } from "./clear-barrier.js";
import type { Waiter } from "./write.js";

export interface ClearsOptions extends Omit<ClearBarrierOptions, "keepsTrying" | "onEnded" | "onStalled"> {
  /** Whether one that is made now is tried again when it fails. */
  readonly keepsTrying: () => boolean;
  /** Whether a write is under way that was made before a `clear` that waits. */
  readonly isBusy: () => boolean;
  /** A `clear` is to be tried again. */
  readonly onStalled: (barrier: ClearBarrier) => void;
  /** One is over. */
  readonly onEnded: (barrier: ClearBarrier) => void;
}

/** The `clear`s of a category: one on its way at a time, and one that waits for it, which all later ones are. */
export class Clears {
  readonly #options: ClearsOptions;
  #current: ClearBarrier | undefined;
  #next: ClearBarrier | undefined;
  #count = 0;
  #endListeners: (() => void)[] = [];

  constructor(options: ClearsOptions) {
    this.#options = options;
  }

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  /** Whether writes have to wait for one. */
  get isPending(): boolean {
    return this.#current !== undefined;
  }

  /** Whether that one does not go on by itself. */
  get isHeldUp(): boolean {
    return this.#current?.isHeldUp === true;
  }

  /** How many were accepted and are not done. */
  get accepted(): number {
    return Number(this.#current?.isAccepted === true) + Number(this.#next?.isAccepted === true);
  }

  /** Resolves when the one that writes have to wait for is over, or at once where there is none. */
  ended(): Promise<void> {
    return this.isPending ? new Promise((resolve) => this.#endListeners.push(resolve)) : Promise.resolve();
  }

  /** Adds one, for those who wait for it. */
  add(waiters: Waiter[]): void {
    this.#count += 1;
    const last = this.#next ?? this.#current;
    if (last?.isOpen === true) {
      last.join(waiters);
      return;
    }
    const barrier: ClearBarrier = new ClearBarrier(
      {
        ...this.#options,
        keepsTrying: this.#options.keepsTrying(),
        onHeldUp: (cause) => {
          this.#options.onHeldUp(cause);
          if (barrier === this.#current) this.#next?.holdUp(cause);
        },
        onStalled: () => this.#options.onStalled(barrier),
        onEnded: () => this.#ended(barrier),
      },
      waiters,
    );
    if (this.#current === undefined) {
      this.#current = barrier;
      return;
    }
    this.#next = barrier;
    if (this.#current.isHeldUp) barrier.holdUp(undefined);
  }

  /** Something that came before does not go on by itself. */
  holdUp(cause: unknown): void {
    this.#current?.holdUp(cause);
  }

  /** Begins the one whose turn it is, once nothing that came before it is under way. */
  proceed(): void {
    if (this.#current?.isWaiting === true && !this.#options.isBusy()) this.#current.send();
  }

  /** Whoever waits for one that is not under way is rejected. */
  end(closedBy: (cause: unknown) => unknown): void {
    this.#current?.end(closedBy);
    this.#next?.end(closedBy);
  }

  #ended(barrier: ClearBarrier): void {
    this.#current = this.#next;
    this.#next = undefined;
    this.#options.onEnded(barrier);
    const listeners = this.#endListeners;
    this.#endListeners = [];
    for (const listener of listeners) listener();
  }
}
