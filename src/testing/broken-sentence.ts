import { AssertionError } from "node:assert";
import { SENTENCES } from "./sentences.js";
import type { Sentence } from "./sentences.js";

/** What was seen where a sentence of the contract does not hold. */
export interface Breach {
  readonly sentence: Sentence;
  /** What was done, as in `get() of "a" in "player"`. */
  readonly after: string;
  readonly expected: string;
  readonly received: string;
  /** The calls before, the last one last. */
  readonly calls?: readonly string[];
  readonly cause?: unknown;
}

/** A backend does not keep a sentence of the contract; the message says which, what was expected and what received. */
export class BrokenSentenceError extends AssertionError {
  readonly sentence: Sentence;

  constructor({ sentence, after, expected, received, calls = [], cause }: Breach) {
    const lines = [
      `Broken sentence of the contract: "${SENTENCES[sentence]}"`,
      `  of:       ${after}`,
      `  expected: ${expected}`,
      `  received: ${received}`,
      ...(calls.length === 0 ? [] : [`  calls:    ${calls.join(", ")}`]),
    ];
    super({ message: lines.join("\n"), expected, actual: received, operator: "contract" });
    // On the error itself: that of its base is there as well.
    Object.defineProperty(this, "name", { value: "BrokenSentenceError", configurable: true, writable: true });
    this.sentence = sentence;
    if (cause !== undefined) this.cause = cause;
  }
}
