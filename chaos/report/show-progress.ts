import { cellName } from "../cells/cell.js";
import type { Outcome, Verdict } from "../judge/verdict.js";
import { shellWord } from "./shell-word.js";

const SIGNS: Readonly<Record<Outcome, string>> = { holds: "✓", excepted: "–", fails: "✗", surprises: "!" };

const ORDINALS: Readonly<Record<number, string>> = { 2: "2nd", 3: "3rd" };

/** A line for each cell on standard error, and for one that is wrong what is, and how to see it again. */
export function showProgress(verdict: Verdict, count: string): void {
  const { cell, outcome, violations, exception, elapsedMs, attempts, cleared, pace } = verdict;
  const notes = [
    `${(elapsedMs / 1000).toFixed(1)} s`,
    ...(attempts === 1 ? [] : [`${ORDINALS[attempts] ?? `${attempts}th`} attempt`]),
    ...(pace > 1 ? [`pace ${pace.toFixed(1)}`] : []),
  ];
  const lines = [`${SIGNS[outcome]} ${count} ${cellName(cell)} (${notes.join(", ")})`];
  for (const { rule, text } of cleared) lines.push(`    before: ${rule}: ${text}`);
  for (const { rule, text } of violations) lines.push(`    ${rule}: ${text}`);
  if (outcome === "surprises") lines.push(`    expected it not to hold: ${exception?.why}`);
  if (outcome === "fails" || outcome === "surprises")
    lines.push(`    again: npm run chaos -- --only ${shellWord(cellName(cell))}`);
  process.stderr.write(`${lines.join("\n")}\n`);
}
