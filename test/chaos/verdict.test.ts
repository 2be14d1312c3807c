/** What is known not to hold passes only where it does not hold, and only as it is known. */
import test from "ava";
import type { Cell } from "../../chaos/cells/cell.js";
import { listCells } from "../../chaos/cells/list-cells.js";
import { EXCEPTIONS, exceptionOf } from "../../chaos/faults/exceptions.js";
import { isWrong, verdictOf } from "../../chaos/judge/verdict.js";
import type { Verdict } from "../../chaos/judge/verdict.js";
import type { Violation } from "../../chaos/judge/violation.js";
import { THROWING } from "./good-observation.js";

const KILLING: Cell = { ...THROWING, fault: "SIGKILL to itself" };
const DEAD: Violation = { rule: "host", text: "the host is gone" };

function verdict(cell: Cell, violations: readonly Violation[]): Verdict {
  return verdictOf(cell, { violations, attempts: 1, cleared: [], pace: 1, elapsedMs: 1 });
}

test("verdictOf() lets what is known not to hold pass, and nothing else", (t) => {
  const outcome = (cell: Cell, ...violations: readonly Violation[]): string =>
    verdict(cell, violations).outcome;
  t.is(outcome(THROWING), "holds");
  t.is(outcome(THROWING, DEAD), "fails");
  t.is(outcome(KILLING, DEAD), "excepted");
  t.is(outcome(KILLING), "surprises");
  t.is(outcome(KILLING, { rule: "writes", text: "lost" }), "fails");
  t.is(outcome(KILLING, DEAD, { rule: "writes", text: "lost" }), "fails");
  t.is(outcome({ ...KILLING, isolation: "process" }, DEAD), "fails");
  t.is(outcome({ ...THROWING, fault: "a disk that answers nothing" }), "holds");
});

test("a run fails for what fails and for what holds unexpectedly", (t) => {
  const wrong = [verdict(THROWING, [DEAD]), verdict(KILLING, [])];
  const right = [verdict(THROWING, []), verdict(KILLING, [DEAD])];
  t.deepEqual(wrong.map(isWrong), [true, true]);
  t.deepEqual(right.map(isWrong), [false, false]);
});

test("every exception is of a fault there is, and none of a process", (t) => {
  const cells = listCells();
  t.true(EXCEPTIONS.length > 5);
  for (const { fault, isolation } of EXCEPTIONS) {
    t.true(
      cells.some((cell) => cell.fault === fault && cell.isolation === isolation),
      fault,
    );
  }
  t.deepEqual(
    cells.filter((cell) => cell.isolation === "process" && exceptionOf(cell) !== undefined),
    [],
  );
});
