/** A cell is tried again for what a slow machine explains, and for nothing else. */
import test from "ava";
import type { Cell } from "../../chaos/cells/cell.js";
import type { Trial } from "../../chaos/judge/verdict.js";
import type { Violation } from "../../chaos/judge/violation.js";
import { inAttempts } from "../../chaos/runner/in-attempts.js";
import { THROWING } from "./good-observation.js";

const LATE: Violation = { rule: "settles", text: "late", isOfTime: true };
const LOST: Violation = { rule: "writes", text: "lost" };

/** What becomes of a cell whose attempts come to these, one after the other. */
function trial(cell: Cell, ...attempts: readonly (readonly Violation[])[]): Promise<Trial> {
  const left = [...attempts];
  return inAttempts(cell, async () => ({ violations: left.shift() ?? [], pace: 1 }));
}

test("inAttempts() runs a cell once that holds, and again one that is late, three times at most", async (t) => {
  const held = await trial(THROWING, [], [LOST]);
  t.deepEqual([held.attempts, held.violations, held.cleared], [1, [], []]);
  const cleared = await trial(THROWING, [LATE], [LATE, LATE], []);
  t.deepEqual([cleared.attempts, cleared.violations, cleared.cleared], [3, [], [LATE, LATE, LATE]]);
  const late = await trial(THROWING, [LATE], [LATE], [LATE], []);
  t.deepEqual([late.attempts, late.violations, late.cleared], [3, [LATE], [LATE, LATE]]);
});

test("inAttempts() does not try a lost write away that is beside a late answer", async (t) => {
  for (const violations of [[LOST], [LATE, LOST], [LOST, LATE]]) {
    const { attempts, ...seen } = await trial(THROWING, violations, []);
    t.deepEqual([attempts, seen.violations], [1, violations]);
  }
  const later = await trial(THROWING, [LATE], [LATE, LOST], []);
  t.deepEqual([later.attempts, later.violations], [2, [LATE, LOST]]);
});

test("inAttempts() runs what is known not to hold once", async (t) => {
  const { attempts, violations } = await trial({ ...THROWING, fault: "stuck in the kernel" }, [LATE], []);
  t.deepEqual([attempts, violations], [1, [LATE]]);
});
