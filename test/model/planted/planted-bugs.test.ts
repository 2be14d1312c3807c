import process from "node:process";
import test from "ava";
import { searchHistories } from "../history.js";
import { PLANTED_BUGS } from "./planted-bugs.js";
import { RULES } from "../rule.js";
import { worldArbitrary } from "../world-settings.js";

/** Enough for the best hidden one, several times over. */
const RUNS = 4000;
/** The same in every run: what is asked here is whether the rules hold watch, not whether chance is kind. */
const SEED = Number(process.env["MODEL_SEED"] ?? 1);

for (const { what, breaks, onWriteError = "queue", world = {}, build } of PLANTED_BUGS) {
  test.serial(`the model finds the bug planted in ${breaks}: ${what}`, async (t) => {
    t.timeout(120_000);
    const worlds = worldArbitrary(onWriteError).map((settings) => ({ ...settings, ...world }));
    const found = await searchHistories({ runs: RUNS, seed: SEED, worlds, build, only: breaks });
    t.true(found.failed, `not found in ${RUNS} histories from MODEL_SEED=${SEED}`);
    t.regex(String(found.errorInstance), new RegExp(`^BrokenRuleError: Broken rule ${breaks}:`, "u"));
    t.log(`found in history ${found.numRuns}`);
  });
}

test("a bug is planted in every rule", (t) => {
  const rules = new Set<string>(PLANTED_BUGS.map(({ breaks }) => breaks));
  t.deepEqual([...rules].toSorted(), Object.keys(RULES).toSorted());
});
