import { ClosedError } from "../../contract/errors.js";

/** Whether a category is open, and the error of whoever uses it when it is not. */
export class OpenState {
  readonly #category: string;
  #isClosed = false;

  constructor(category: string) {
    this.#category = category;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @throws {ClosedError} it is closed. */
  check(): void {
    if (this.#isClosed) throw this.error();
  }

  error(details: { readonly cause?: unknown } = {}): ClosedError {
    return new ClosedError(`Cannot use category ${this.#category}: the Stockpile is closed`, details);
  }
}
