import { remainingMs } from "./remaining-ms.js";

/** Whether a call changes what is stored: one that hangs may still do so, at any time. */
export type TurnKind = "read" | "write";

/** A call of an adapter that waits for others of its keys, or runs. */
export class Turn {
  readonly keys: ReadonlySet<string>;
  /** Of its keys those that another turn is before it for. */
  blockers: number = 0;
  readonly #kind: TurnKind;
  readonly #deadline: number;
  readonly #leave: () => void;
  #come: () => void = () => {};
  #fail: (error: Error) => void = () => {};
  readonly #onOver: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isOver = false;

  /**
   * @param deadline milliseconds since the epoch.
   * @param leave called when others need not wait for it any more, more than once even.
   */
  constructor(kind: TurnKind, keys: readonly string[], deadline: number, leave: () => void) {
    this.keys = new Set(keys);
    this.#kind = kind;
    this.#deadline = deadline;
    this.#leave = leave;
  }

  /**
   * Resolves when it is this call's turn.
   * @throws {Error} its deadline has passed before that.
   */
  comes(): Promise<void> {
    this.watchDeadline();
    return new Promise((resolve, reject) => {
      this.#come = resolve;
      this.#fail = reject;
    });
  }

  /** To be called when a turn before it has gone, or there is none. */
  comeIfFree(): void {
    if (this.blockers > 0) return;
    this.#isRunning = true;
    this.#come();
  }

  /** Resolves when the call has ended, or its deadline has passed. */
  async over(): Promise<void> {
    if (this.#isOver) return;
    this.watchDeadline();
    await new Promise<void>((resolve) => this.#onOver.push(resolve));
  }

  /** Has its deadline count. A call that nobody waits for needs no timer. */
  watchDeadline(): void {
    this.#timer ??= setTimeout(() => this.#expire(), remainingMs(this.#deadline));
  }

  /** To be called when the call has ended, whether it was made or not. */
  end(): void {
    clearTimeout(this.#timer);
    this.#setOver();
    this.#leave();
  }

  #setOver(): void {
    this.#isOver = true;
    for (const tell of this.#onOver.splice(0)) tell();
  }

  #expire(): void {
    this.#setOver();
    if (this.#isRunning) {
      if (this.#kind === "read") this.#leave();
      return;
    }
    const message =
      "expected the calls of the same key before this one to end in time: received no answer from the adapter, which was not called again";
    this.#fail(new Error(message));
  }
}
