/** Reports the end of a life, once. */
import type { LifeEnd } from "./life.js";

export interface EndReportOptions {
  readonly onEnd: (end: LifeEnd) => void;
  /** Hands on what the plugin had sent before it ended. Not asked for where it broke the protocol: it is not heard then. */
  readonly drain: () => void;
}

export class EndReport {
  readonly #options: EndReportOptions;
  #isOver = false;

  constructor(options: EndReportOptions) {
    this.#options = options;
  }

  /** Whether the end was reported, or needs no report: what comes from now on is not heard. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The host ends the life itself: nothing is reported any more. */
  silence(): void {
    this.#isOver = true;
  }

  /** @param message What was wrong, as the end of a sentence. */
  fault(message: string): undefined {
    this.report({ kind: "protocol", message: `The plugin broke the protocol: ${message}` });
  }

  report(end: LifeEnd): void {
    if (!this.#isOver && end.kind !== "protocol") this.#options.drain();
    // What was drained may have been a fault.
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onEnd(end);
  }
}
