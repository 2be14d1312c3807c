import { BackendTimeoutError, UnsupportedError } from "../../../contract/errors.js";
import type { OnReleased } from "../../calls/backend-handle.js";
import type { WriteQueue } from "../../calls/queue-budget.js";
import type { Waiter } from "./write.js";
import { WriteNotSent } from "./write-not-sent.js";

/** Where a `clear` is on its way. */
type ClearState =
  /** Writes that were made before it are under way. */
  | "waiting"
  | "sent"
  /** Its deadline has passed, and it may still be done. */
  | "unsettled"
  /** It failed, and is tried again when the backend serves. */
  | "stalled";

export interface ClearBarrierOptions {
  /** @param onLong Called when it goes on, and may take long. */
  readonly clear: (onReleased: OnReleased, onLong: () => void) => Promise<void>;
  /** Told while it has to wait for the backend to take it. */
  readonly queue: Pick<WriteQueue, "hold" | "letGo">;
  /** Whether what failed is tried again, its callers being told that it will be done. */
  readonly keepsTrying: boolean;
  /** What a caller is rejected with. */
  readonly failure: (cause: unknown) => unknown;
  /** It does not go on by itself for now. */
  readonly onHeldUp: (cause: unknown) => void;
  /** It was accepted and cannot be done at all. */
  readonly onLost: (error: unknown) => void;
  /** It is to be tried again, by {@link ClearBarrier.send}. */
  readonly onStalled: () => void;
  /** It is done, or given up: what waited behind it may go on. */
  readonly onEnded: () => void;
}

/** One `clear` among the writes of a category: what was before it is done before it, what comes after it waits. */
export class ClearBarrier {
  readonly #options: ClearBarrierOptions;
  #waiters: Waiter[];
  #state: ClearState = "waiting";
  #isAccepted = false;
  #isHeldUp = false;
  #lateOutcome: boolean | undefined;
  #closedBy: ((cause: unknown) => unknown) | undefined;

  constructor(options: ClearBarrierOptions, waiters: Waiter[]) {
    this.#options = options;
    this.#waiters = waiters;
  }

  /** Whether it has to be sent when its turn has come. */
  get isWaiting(): boolean {
    return this.#state === "waiting" && this.#closedBy === undefined;
  }

  /** Whether a later `clear` can be one with it: it has not begun. */
  get isOpen(): boolean {
    return this.#state === "waiting" || this.#state === "stalled";
  }

  /** Whether somebody was told that it will be done, though it has not been. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** Whether it does not go on by itself: what comes after it will have to wait. */
  get isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  /** Others wait for it as well. */
  join(waiters: readonly Waiter[]): void {
    this.#waiters.push(...waiters);
    if (this.isHeldUp) this.holdUp(undefined);
  }

  /** It cannot go on for now: its callers are told so, or that it will be done. */
  holdUp(cause: unknown): void {
    const { keepsTrying, failure, queue } = this.#options;
    this.#isHeldUp = true;
    const waiters = this.#waiters;
    this.#waiters = [];
    if (keepsTrying && this.#closedBy === undefined && !this.#isAccepted) {
      this.#isAccepted = true;
      queue.hold();
    }
    for (const { resolve, reject } of waiters) {
      if (this.#closedBy !== undefined) reject(this.#closedBy(cause));
      else if (keepsTrying) resolve();
      else reject(failure(cause));
    }
    this.#options.onHeldUp(cause);
  }

  /** Nothing that was before it is under way any more. */
  send(): void {
    this.#state = "sent";
    this.#lateOutcome = undefined;
    const { clear, keepsTrying } = this.#options;
    // What fails on the way is tried again: nobody need wait for the whole of it.
    const onLong = (): void => void (keepsTrying && this.holdUp(undefined));
    const release = (isDone: boolean): void => this.#released(isDone);
    // Whatever is written in the category waits for it.
    clear(Object.assign(release, { isAwaited: () => true }), onLong).then(
      () => this.#done(),
      (error: unknown) => this.#failed(error),
    );
  }

  /** It is not tried again. Whoever waits is rejected, now or when it has failed. */
  end(closedBy: (cause: unknown) => unknown): void {
    this.#closedBy = closedBy;
    if (this.#state !== "sent") this.holdUp(undefined);
  }

  #done(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve } of waiters) resolve();
    this.#end();
  }

  #failed(error: unknown): void {
    if (error instanceof UnsupportedError) {
      this.#giveUp(error);
    } else if (error instanceof BackendTimeoutError) {
      this.#state = "unsettled";
      this.holdUp(error);
      if (this.#lateOutcome !== undefined) this.#released(this.#lateOutcome);
    } else {
      this.#retry(error instanceof WriteNotSent ? error.cause : error);
    }
  }

  #released(isDone: boolean): void {
    if (this.#state !== "unsettled") this.#lateOutcome = isDone;
    else if (isDone) this.#done();
    else this.#retry(undefined);
  }

  #retry(cause: unknown): void {
    if (!this.#options.keepsTrying) {
      this.#giveUp(cause);
      return;
    }
    this.#state = "stalled";
    this.holdUp(cause);
    this.#options.onStalled();
  }

  #giveUp(cause: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(this.#options.failure(cause));
    if (this.#isAccepted) this.#options.onLost(cause);
    this.#end();
  }

  #end(): void {
    if (this.#isAccepted) this.#options.queue.letGo();
    this.#options.onEnded();
  }
}
