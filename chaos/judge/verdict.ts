/** What becomes of a cell's violations: whether they are known, or whether what is known did not come. */
import type { Cell } from "../cells/cell.js";
import { exceptionOf } from "../faults/exceptions.js";
import type { Exception } from "../faults/exceptions.js";
import type { Violation } from "./violation.js";

/**
 * `holds`; `excepted`, it does not and is known not to; `fails`; `surprises`, it holds though it is known not to, so
 * that what the documents say is no longer so.
 */
export type Outcome = "holds" | "excepted" | "fails" | "surprises";

export interface Verdict {
  readonly cell: Cell;
  readonly outcome: Outcome;
  readonly violations: readonly Violation[];
  readonly exception?: Exception;
  readonly elapsedMs: number;
}

export function verdictOf(cell: Cell, violations: readonly Violation[], elapsedMs: number): Verdict {
  const exception = exceptionOf(cell);
  const verdict = { cell, violations, elapsedMs };
  if (exception === undefined || (exception.isByChance === true && violations.length === 0))
    return { ...verdict, outcome: violations.length === 0 ? "holds" : "fails" };
  const isKnown = violations.every(({ rule }) => exception.breaks.includes(rule));
  const outcome = violations.length === 0 ? "surprises" : isKnown ? "excepted" : "fails";
  return { ...verdict, exception, outcome };
}

/** Whether a run with this in it must fail. */
export function isWrong({ outcome }: Verdict): boolean {
  return outcome === "fails" || outcome === "surprises";
}
