/** What is told of a run: groups in short, a row for each version of Node, and how hard it was to come by. */
import test from "ava";
import type { Cell } from "../../chaos/cells/cell.js";
import { verdictOf } from "../../chaos/judge/verdict.js";
import type { Verdict } from "../../chaos/judge/verdict.js";
import { describeRun } from "../../chaos/report/describe-run.js";
import { formatGroups } from "../../chaos/report/format-groups.js";
import { nodeRowOf, updateNodeRows } from "../../chaos/report/node-rows.js";
import { THROWING } from "./good-observation.js";

const KILLING: Cell = { ...THROWING, fault: "SIGKILL to itself" };
const RUN = { version: "v22.1.0", date: "2026-01-02", command: "npm run chaos" };

function verdict(cell: Cell, attempts = 1, pace = 1): Verdict {
  const violations = cell === KILLING ? [{ rule: "host" as const, text: "gone" }] : [];
  return verdictOf(cell, { violations, attempts, cleared: [], pace, elapsedMs: 1 });
}

test("formatGroups() has a row for each group, then those that do not hold with their reasons", (t) => {
  const verdicts = [verdict(THROWING), verdict({ ...THROWING, isolation: "process" }), verdict(KILLING)];
  t.is(
    formatGroups(verdicts),
    [
      "| faults of | faults | thread | process |",
      "| --------- | ------ | ------ | ------- |",
      "| calls     | 1      | ✓ 1/1  | ✓ 1/1   |",
      "| threads   | 1      | ✗ 0/1  | –       |",
      "",
      "What does not hold, and why:",
      "",
      "| faults of | fault             | thread                   | process |",
      "| --------- | ----------------- | ------------------------ | ------- |",
      "| threads   | SIGKILL to itself | ✗ 0/1: the host ends (1) | –       |",
      "",
      "1. a signal is sent to the whole process, and the host is in it",
    ].join("\n"),
  );
});

test("describeRun() tells how many cells needed another attempt, and the pace", (t) => {
  const text = describeRun([verdict(THROWING, 2, 3), verdict(KILLING)], { seed: 4 }, RUN);
  t.regex(text, /^2 cells on Node v22\.1\.0, .*, seed 4; `npm run chaos`\./);
  t.true(text.endsWith("1 cell needed another attempt; pace 1.0 to 3.0."));
});

test("updateNodeRows() replaces the row of its own major version, and keeps the others in order", (t) => {
  const row = (version: string, verdicts: readonly Verdict[]): ReturnType<typeof nodeRowOf> =>
    nodeRowOf(verdicts, { ...RUN, version });
  const first = updateNodeRows("\n", row("v22.1.0", [verdict(THROWING)]));
  const second = updateNodeRows(first, row("v20.2.0", [verdict(KILLING)]));
  const third = updateNodeRows(second, row("v22.3.0", [verdict(THROWING, 2), verdict(KILLING)]));
  t.deepEqual(
    third.split("\n").map((line) =>
      line
        .split("|")
        .slice(1, 7)
        .map((field) => field.trim()),
    ),
    [
      ["Node", "cells", "held", "known not to hold", "other", "needed another attempt"],
      Array.from({ length: 6 }, (_, column) => third.split("\n")[1]?.split("|")[column + 1]?.trim() ?? ""),
      ["v20.2.0", "1", "0", "1", "0", "0"],
      ["v22.3.0", "2", "1", "1", "0", "1"],
    ],
  );
  t.throws(() => updateNodeRows("| a |\n| - |\n| 1 |", row("v22.1.0", [])), {
    message: /expected Node, cells/,
  });
});
