/** Each mistake about the contract fails the checks that are about it, and no others. */
import test from "ava";
import { BrokenSentenceError } from "@stockpile/core/testing";
import type { Broken, Part, PlantedBug } from "./bug.js";
import { ALL_BUGS } from "./bugs.js";
import { runSuite } from "./run-suite.js";
import type { Outcome } from "./run-suite.js";

/** Bugs looked for at once, where that is in this process: most of the time is waited. */
const AT_ONCE = 5;

/** Which of the checks run are to fail. */
function brokenOf(broken: Broken, run: readonly string[]): readonly string[] {
  if (broken === "all") return run;
  if ("allBut" in broken) return run.filter((title) => !broken.allBut.includes(title));
  return broken;
}

const MESSAGE = /^Broken sentence of the contract: ".+"\n {2}of: {7}.+\n {2}expected: .+\n {2}received: .+/su;

function judge(
  outcomes: readonly Outcome[],
  broken: Broken,
): { failed: string[]; expected: readonly string[]; wrong: unknown } {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  return {
    failed: failed.map(({ title }) => title),
    expected: brokenOf(
      broken,
      outcomes.map(({ title }) => title),
    ),
    wrong: failed.find(({ error }) => !(error instanceof BrokenSentenceError && MESSAGE.test(error.message)))
      ?.error,
  };
}

const waiting: (() => Promise<void>)[] = [];
let running = 0;

/** Runs what is handed to it, so many at once. */
function inTurn<T>(run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    waiting.push(() => run().then(resolve, reject));
    startNext();
  });
}

function startNext(): void {
  if (running >= AT_ONCE) return;
  const next = waiting.shift();
  if (next === undefined) return;
  running += 1;
  void next().finally(() => {
    running -= 1;
    startNext();
  });
}

/** What the part of the suite finds; the parts in threads run alone. */
function find(bug: PlantedBug, part: Part): Promise<Outcome[]> {
  return part === "direct" ? inTurn(() => runSuite(bug, part)) : runSuite(bug, part);
}

for (const bug of ALL_BUGS) {
  for (const [name, broken] of Object.entries(bug.breaks)) {
    const part = name as Part; // the keys of the record are parts
    const register = part === "direct" ? test : test.serial;
    register(`the ${part} checks find that ${bug.what}`, async (t) => {
      t.timeout(180_000);
      const { failed, expected, wrong } = judge(await find(bug, part), broken);
      t.deepEqual(failed, [...expected]);
      t.true(failed.length > 0);
      t.is(wrong, undefined);
    });
  }
}
