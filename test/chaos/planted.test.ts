/** What is planted into real cells turns them red: the suite would see it if it were so. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { ISOLATIONS } from "../../chaos/cells/cell.js";
import type { Cell } from "../../chaos/cells/cell.js";
import type { HostInput } from "../../chaos/host/host-input.js";
import { isWrong } from "../../chaos/judge/verdict.js";
import type { Verdict } from "../../chaos/judge/verdict.js";
import type { Rule } from "../../chaos/faults/rule.js";
import { runCells } from "../../chaos/runner/run-cells.js";
import { THROWING } from "./good-observation.js";

/** For a few hosts with their plugins, on a loaded machine, in ms. */
const LIMIT_MS = 300_000;

async function run(
  t: ExecutionContext,
  cells: readonly Cell[],
  plant?: NonNullable<HostInput["plant"]>,
): Promise<readonly Verdict[]> {
  t.timeout(LIMIT_MS);
  return runCells(cells, {
    parallel: 3,
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

/** Of each way in which an effect is shown one; at the end of a life nobody sees what becomes of it. */
const EFFECTIVE: readonly Cell[] = [
  { ...THROWING, fault: "a full disk", moment: "put" },
  { ...THROWING, fault: "a folder that is removed" },
  { ...THROWING, fault: "the host's clock jumps back" },
  { ...THROWING, fault: "the plugin's clock jumps back" },
  { ...THROWING, fault: "flood of the logger" },
  { ...THROWING, fault: "throw", moment: "close" },
  { ...THROWING, fault: "spin", moment: "close" },
];

type Planted = NonNullable<HostInput["plant"]>;

/** The rules that break, and the cells in which they do. */
const PLANTED: Readonly<Record<Planted, readonly [Rule, ...(readonly Cell[])]>> = {
  lose: ["writes", THROWING],
  // A long outage and a short one, for those who write through it might mend what is gone.
  forget: [
    "writes",
    { fault: "exit(1)", isolation: "process", moment: "get", load: "quiet" },
    { fault: "exit(1)", isolation: "process", moment: "get", load: "busy" },
    { fault: "spin", isolation: "process", moment: "put", load: "quiet" },
    { fault: "spin", isolation: "thread", moment: "put", load: "busy" },
  ],
  unlink: [
    "writes",
    { fault: "a full disk", isolation: "process", moment: "put", load: "quiet" },
    { fault: "a full disk", isolation: "process", moment: "put", load: "busy" },
  ],
  unsynced: [
    "writes",
    { fault: "a power cut", isolation: "thread", moment: "put", load: "quiet" },
    { fault: "a power cut", isolation: "process", moment: "put", load: "quiet" },
  ],
  nothing: ["felt", ...EFFECTIVE],
  late: ["settles", THROWING],
  timer: ["leaks", THROWING],
  thread: ["leaks", THROWING],
};

for (const [plant, [rule, ...cells]] of Object.entries(PLANTED) as [Planted, (typeof PLANTED)[Planted]][]) {
  test.serial(`cells with "${plant}" planted break the rule "${rule}"`, async (t) => {
    const verdicts = await run(t, cells, plant);
    t.is(verdicts.length, cells.length);
    t.true(verdicts.every(isWrong));
    for (const { violations } of verdicts) t.true(violations.some((violation) => violation.rule === rule));
  });
}

test.serial("a host that dies is seen, and is no matter where it is known", async (t) => {
  const verdicts = await run(t, [{ ...THROWING, fault: "SIGKILL to itself" }]);
  t.deepEqual(rulesOf(verdicts), ["host"]);
  t.deepEqual(verdicts.map(isWrong), [false]);
});
