/** What is planted into real cells turns them red: the suite would see it if it were so. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { ISOLATIONS } from "../../chaos/cells/cell.js";
import type { Cell } from "../../chaos/cells/cell.js";
import type { HostInput } from "../../chaos/host/host-input.js";
import { isWrong } from "../../chaos/judge/verdict.js";
import type { Verdict } from "../../chaos/judge/verdict.js";
import type { Rule } from "../../chaos/judge/violation.js";
import { runCells } from "../../chaos/runner/run-cells.js";
import { THROWING } from "./good-observation.js";

/** For a few hosts with their plugins, on a loaded machine, in ms. */
const LIMIT_MS = 180_000;

async function run(
  t: ExecutionContext,
  cells: readonly Cell[],
  plant?: NonNullable<HostInput["plant"]>,
): Promise<readonly Verdict[]> {
  t.timeout(LIMIT_MS);
  return runCells(cells, {
    parallel: 1,
    isolations: ISOLATIONS,
    onVerdict: ({ cell, violations }) => t.log(cell, violations),
    ...(plant === undefined ? {} : { plant }),
  });
}

function rulesOf(verdicts: readonly Verdict[]): Rule[] {
  return [...new Set(verdicts.flatMap(({ violations }) => violations.map(({ rule }) => rule)))];
}

test.serial("cells of either kind hold where nothing is planted", async (t) => {
  const cells = ISOLATIONS.flatMap((isolation) => [
    { ...THROWING, isolation },
    { ...THROWING, isolation, fault: "exit(1)" },
  ]);
  const verdicts = await run(t, cells);
  t.deepEqual(
    verdicts.map(({ outcome }) => outcome),
    ["holds", "holds", "holds", "holds"],
  );
});

const PLANTED: Readonly<Record<NonNullable<HostInput["plant"]>, Rule>> = {
  lose: "writes",
  late: "settles",
  timer: "leaks",
  thread: "leaks",
};

for (const [plant, rule] of Object.entries(PLANTED) as [keyof typeof PLANTED, Rule][]) {
  test.serial(`a cell with "${plant}" planted breaks the rule "${rule}"`, async (t) => {
    const verdicts = await run(t, [THROWING], plant);
    t.true(verdicts.every(isWrong));
    t.true(rulesOf(verdicts).includes(rule));
  });
}

test.serial("a host that dies is seen, and is no matter where it is known", async (t) => {
  const verdicts = await run(t, [{ ...THROWING, fault: "SIGKILL to itself" }]);
  t.deepEqual(rulesOf(verdicts), ["host"]);
  t.deepEqual(verdicts.map(isWrong), [false]);
});
