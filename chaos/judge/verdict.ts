/** What becomes of a cell's violations: whether they are known, or whether what is known did not come. */
import type { Cell } from "../cells/cell.js";
import { exceptionOf } from "../faults/exceptions.js";
import type { Exception } from "../faults/exceptions.js";
import type { Digest } from "./digest.js";
import type { Violation } from "./violation.js";

/**
 * `holds`; `excepted`, it does not and is known not to; `fails`; `surprises`, it holds though it is known not to, so
 * that what the documents say is no longer so.
 */
export type Outcome = "holds" | "excepted" | "fails" | "surprises";

/** How a cell went, and how hard its verdict was to come by. */
export interface Trial {
  readonly violations: readonly Violation[];
  /** How often it was run; more than once where a slow machine explained all that was wrong. */
  readonly attempts: number;
  /** What was wrong at the attempts before the last. */
  readonly cleared: readonly Violation[];
  /** What limits and margins were multiplied by at the last. */
  readonly pace: number;
  /** What was seen at the last; absent where the host is gone. */
  readonly digest?: Digest;
  readonly elapsedMs: number;
}

export interface Verdict extends Trial {
  readonly cell: Cell;
  readonly outcome: Outcome;
  readonly exception?: Exception;
}

export function verdictOf(cell: Cell, trial: Trial): Verdict {
  const { violations } = trial;
  const exception = exceptionOf(cell);
  if (exception === undefined)
    return { cell, outcome: violations.length === 0 ? "holds" : "fails", ...trial };
  if (exception.isByChance === true && violations.length === 0)
    return { cell, outcome: "holds", ...trial, exception };
  const isKnown = violations.every(({ rule }) => exception.breaks.includes(rule));
  const outcome = violations.length === 0 ? "surprises" : isKnown ? "excepted" : "fails";
  return { cell, outcome, ...trial, exception };
}

/** Whether a run with this in it must fail. */
export function isWrong({ outcome }: Verdict): boolean {
  return outcome === "fails" || outcome === "surprises";
}
