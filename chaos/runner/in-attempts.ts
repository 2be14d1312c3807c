/** Runs a cell, and once more where a slow machine explains all that is wrong with it. */
import type { Cell } from "../cells/cell.js";
import { exceptionOf } from "../faults/exceptions.js";
import type { Digest } from "../judge/digest.js";
import type { Trial } from "../judge/verdict.js";
import type { Violation } from "../judge/violation.js";

/** How often a cell is run at most: what the runtime does it does each time. */
const ATTEMPTS = 3;

export interface Attempt {
  readonly violations: readonly Violation[];
  readonly pace: number;
  /** Absent where the host is gone. */
  readonly digest?: Digest;
}

export async function inAttempts(cell: Cell, attempt: () => Promise<Attempt>): Promise<Trial> {
  const startedAt = performance.now();
  const cleared: Violation[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const attempted = await attempt();
    if (attempts === ATTEMPTS || !mayBeTheMachine(cell, attempted.violations))
      return { ...attempted, attempts, cleared, elapsedMs: performance.now() - startedAt };
    cleared.push(...attempted.violations);
  }
}

/** Of two violations one that no slowness explains is enough: what is seen once must not be tried away. */
function mayBeTheMachine(cell: Cell, violations: readonly Violation[]): boolean {
  return (
    violations.length > 0 &&
    violations.every(({ isOfTime }) => isOfTime === true) &&
    exceptionOf(cell) === undefined
  );
}
