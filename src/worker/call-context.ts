/** What a backend may ask about its call. Nothing is made before it is asked for: most backends never ask. */
import type { CallContext } from "../contract/backend.js";

export class ServedCall implements CallContext {
  readonly deadline: number;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #live: Set<ServedCall>;

  /** @param live Calls whose signal was asked for; a call enters it then and leaves it when it has ended. */
  constructor(budgetMs: number, live: Set<ServedCall>) {
    this.deadline = Date.now() + budgetMs;
    this.#live = live;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#live.add(this);
      this.#timer = setTimeout(
        () => this.abort(new DOMException("The call's deadline has passed", "TimeoutError")),
        Math.max(0, this.deadline - Date.now()),
      );
      this.#timer.unref();
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.end();
    this.#controller?.abort(reason);
  }

  /** The call has ended: nothing of it stays behind. */
  end(): void {
    if (this.#controller === undefined) return;
    clearTimeout(this.#timer);
    this.#live.delete(this);
  }
}
