/**
 * Answers the questions of this folder: `npm run bench -- [--quick] [--only NAME]… [--json FILE] [--markdown] [--check]`.
 * With `--markdown` the tables are ready to be pasted into a document.
 * Exits with 1 when a question could not be answered, or, with `--check`, when a bound was not met.
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { wholeWay } from "./cache.bench.js";
import { calls } from "./calls.bench.js";
import { faults } from "./faults.bench.js";
import { formatTable } from "./format-table.js";
import { near } from "./near.bench.js";
import { isMet } from "./question.js";
import type { Answer, Bound, Effort, Question } from "./question.js";
import { recovery } from "./recovery.bench.js";
import { start } from "./start.bench.js";

const QUESTIONS: readonly Question[] = [calls, wholeWay, near, faults, recovery, start];
const FULL: Effort = { rounds: 9, loadMs: 500, crashes: 30, sufferings: 3 };
/** Enough to see that everything runs and where things stand; the figures wander. */
const QUICK: Effort = { rounds: 5, loadMs: 100, crashes: 8, sufferings: 1 };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
    markdown: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const style = values.markdown ? "markdown" : "text";
const effort = values.quick ? QUICK : FULL;
const circumstances = {
  node: process.version,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  date: new Date().toISOString(),
  command: ["npm run bench --", ...process.argv.slice(2)].join(" "),
  effort,
};
const answers = new Map<string, Answer>();

show(
  `Node ${circumstances.node}, ${circumstances.cpu}, ${circumstances.cores} cores, ${circumstances.date}`,
  circumstances.command,
);
for (const { name, asks, answer } of chosen(values.only)) {
  show("", style === "markdown" ? `### ${name}` : `${name}: ${asks}`);
  const found = await answer(effort);
  answers.set(name, found);
  for (const table of found.tables) show("", formatTable(table, style));
  if (found.bounds.length > 0) show("", ...verdicts(found.bounds));
}
if (values.json !== undefined) {
  const report = { ...circumstances, answers: Object.fromEntries(answers) };
  await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
}
const isEverythingMet = [...answers.values()].every(({ bounds }) => bounds.every(isMet));
if (values.check && !isEverythingMet) process.exitCode = 1;

function chosen(names: readonly string[]): readonly Question[] {
  const unknown = names.find((name) => !QUESTIONS.some((question) => question.name === name));
  if (unknown !== undefined) {
    const known = QUESTIONS.map(({ name }) => name).join(", ");
    throw new TypeError(`Cannot run benchmark: expected one of ${known}: received ${unknown}`);
  }
  return names.length === 0 ? QUESTIONS : QUESTIONS.filter(({ name }) => names.includes(name));
}

function verdicts(bounds: readonly Bound[]): readonly string[] {
  if (style === "text") return bounds.map(verdict);
  const rows = bounds.map(({ claim, kind, limit, measured }) => ({
    bound: claim,
    limit: `${kind} ${limit}`,
    measured: measured.toFixed(2),
  }));
  return [formatTable({ title: "Bounds", rows }, style)];
}

function verdict(bound: Bound): string {
  const { claim, kind, limit, measured } = bound;
  const missed = kind === "floor" ? "BELOW" : "ABOVE";
  return `${claim}: ${kind} ${limit}: ${measured.toFixed(2)} ${isMet(bound) ? "ok" : missed}`;
}

function show(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
