/** What a backend may ask about its call. Nothing is made before it is asked for: most backends never ask. */
import type { CallContext } from "../contract/backend.js";

/** Node fires longer timers (2^31 - 1 ms) at once; a call that may take longer is not cut short by its signal. */
const MAX_DELAY_MS = 2_147_483_647;

export class ServedCall implements CallContext {
  readonly deadline: number;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;
  readonly #live: Set<ServedCall>;

  /**
   * @param live Calls whose signal was asked for; a call enters it then and leaves it when it has ended.
   * @param now When the call arrived, in ms since the epoch.
   */
  constructor(budgetMs: number, live: Set<ServedCall>, now: number = Date.now()) {
    this.deadline = now + budgetMs;
    this.#live = live;
  }

  /** Asked for after the call has ended, it never aborts, as it would not had it been asked for before. */
  get signal(): AbortSignal {
    if (this.#controller !== undefined) return this.#controller.signal;
    this.#controller = new AbortController();
    if (!this.#isEnded) this.#watchDeadline();
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.end();
    this.#controller?.abort(reason);
  }

  /** The call has ended: nothing of it stays behind. */
  end(): void {
    this.#isEnded = true;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#live.delete(this);
  }

  #watchDeadline(): void {
    this.#live.add(this);
    this.#timer = setTimeout(
      () => this.abort(new DOMException("The call's deadline has passed", "TimeoutError")),
      Math.min(Math.max(0, this.deadline - Date.now()), MAX_DELAY_MS),
    );
    this.#timer.unref();
  }
}
