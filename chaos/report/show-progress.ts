import { cellName } from "../cells/cell.js";
import type { Outcome, Verdict } from "../judge/verdict.js";
import { shellWord } from "./shell-word.js";

const SIGNS: Readonly<Record<Outcome, string>> = { holds: "✓", excepted: "–", fails: "✗", surprises: "!" };

/** A line for each cell on standard error, and for one that is wrong what is, and how to see it again. */
export function showProgress(verdict: Verdict, count: string): void {
  const { cell, outcome, violations, exception, elapsedMs } = verdict;
  const lines = [`${SIGNS[outcome]} ${count} ${cellName(cell)} (${(elapsedMs / 1000).toFixed(1)} s)`];
  for (const { rule, text } of violations) lines.push(`    ${rule}: ${text}`);
  if (outcome === "surprises") lines.push(`    expected it not to hold: ${exception?.why}`);
  if (outcome === "fails" || outcome === "surprises")
    lines.push(`    again: npm run chaos -- --only ${shellWord(cellName(cell))}`);
  process.stderr.write(`${lines.join("\n")}\n`);
}
