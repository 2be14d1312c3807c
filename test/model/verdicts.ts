import type { Breach } from "./breach.js";
import { BrokenRuleError } from "./broken-rule-error.js";
import { errorText } from "./error-text.js";
import type { Rule } from "./rule.js";
import type { Timeline } from "./timeline.js";
import { takeUnhandled } from "./unhandled.js";

/** Something that was started and has to settle. */
export interface OpenCall {
  readonly what: string;
  readonly dueMs: number;
}

/** Collects the rules that were broken, and the calls that have not settled. */
export class Verdicts {
  readonly #timeline: Timeline;
  readonly #only: Rule | undefined;
  readonly #open = new Set<OpenCall>();
  readonly #breaches: Breach[] = [];
  #duties: (() => Breach | undefined)[] = [];

  /** @param only The rule that counts; by default all do. */
  constructor(timeline: Timeline, only: Rule | undefined) {
    this.#timeline = timeline;
    this.#only = only;
  }

  note(breach: Breach | undefined): void {
    if (breach === undefined || (this.#only !== undefined && breach.rule !== this.#only)) return;
    this.#timeline.note(`!! ${breach.rule}: ${breach.message}`);
    this.#breaches.push(breach);
  }

  /** Has `duty` judge at the end of the step, when what was started in the background has begun. */
  owe(duty: () => Breach | undefined): void {
    this.#duties.push(duty);
  }

  /** A call was made that has to settle within `boundMs`. */
  opened(what: string, boundMs: number): OpenCall {
    const call: OpenCall = { what, dueMs: this.#timeline.mark().atMs + boundMs };
    this.#open.add(call);
    return call;
  }

  closed(call: OpenCall): void {
    this.#open.delete(call);
  }

  /** Judges calls that should have settled by `atMs`. */
  judgeOpen(atMs: number): void {
    for (const { what, dueMs } of this.#open) {
      if (dueMs < atMs) this.note({ rule: "settles", message: `${what} has not settled in time` });
    }
  }

  /** Fails if a rule was broken by now. */
  check(): void {
    const duties = this.#duties;
    this.#duties = [];
    for (const duty of duties) this.note(duty());
    for (const reason of takeUnhandled()) {
      this.note({ rule: "unhandled", message: `nobody handles ${errorText(reason)}` });
    }
    const [first] = this.#breaches;
    if (first !== undefined) throw new BrokenRuleError(first.rule, first.message, this.#timeline.text());
  }
}
