/**
 * Answers the questions of this folder:
 * `npm run bench -- [--quick] [--only NAME]… [--json FILE] [--markdown] [--entries N] [--write] [--check]`.
 * With `--markdown` they are printed as Markdown; `--write` puts their figures into the documents that show them.
 * Exits with 1 when a question could not be answered, or, with `--check`, when a bound was not met.
 */
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, type } from "node:os";
import { parseArgs } from "node:util";
import { wholeWay } from "./cache.bench.js";
import { calls } from "./calls.bench.js";
import { faults } from "./faults.bench.js";
import { formatAnswer } from "./format-answer.js";
import { formatMarkdown } from "./format-markdown.js";
import { pasteFigures } from "./paste-figures.js";
import { lmdb } from "./lmdb.bench.js";
import { near } from "./near.bench.js";
import { isMet } from "./question.js";
import type { Answer, Effort, Question } from "./question.js";
import { recovery } from "./recovery.bench.js";
import { redis } from "./redis.bench.js";
import { reload } from "./reload.bench.js";
import { server } from "./server.bench.js";
import { start } from "./start.bench.js";

const QUESTIONS: readonly Question[] = [
  calls,
  wholeWay,
  near,
  faults,
  recovery,
  reload,
  start,
  lmdb,
  redis,
  server,
];
const FULL: Effort = { rounds: 9, loadMs: 500, crashes: 30, swaps: 20, sufferings: 3, entries: 1_000_000 };
/** Enough to see that everything runs and where things stand; the figures wander. */
const QUICK: Effort = { rounds: 5, loadMs: 100, crashes: 8, swaps: 5, sufferings: 1, entries: 20_000 };

/** What shows figures, seen from where this is built to. */
const DOCUMENTS = [
  new URL("../../README.md", import.meta.url),
  new URL("../../bench/README.md", import.meta.url),
];

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    entries: { type: "string" },
    json: { type: "string" },
    markdown: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
if (values.quick && values.write) {
  throw new TypeError("Cannot write figures: expected those of full rounds: received --quick");
}
const style = values.markdown ? "markdown" : "text";
const effort = withEntries(values.quick ? QUICK : FULL, values.entries);
const circumstances = {
  node: process.version,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  system: type(),
  date: new Date().toISOString(),
  command: ["npm run bench --", ...process.argv.slice(2)].join(" "),
  effort,
};
const answers = new Map<string, Answer>();

show(inWords(), circumstances.command);
for (const { name, asks, answer } of chosen(values.only)) {
  show("", style === "markdown" ? `### ${name}` : `${name}: ${asks}`);
  const found = await answer(effort);
  answers.set(name, found);
  show("", formatAnswer(found, style));
}
if (values.json !== undefined) {
  const report = { ...circumstances, answers: Object.fromEntries(answers) };
  await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
}
if (values.write) {
  const shown = new Set<string>();
  for (const document of DOCUMENTS) await write(document, shown);
  const missing = [...answers.keys()].filter((name) => !shown.has(name));
  if (missing.length > 0)
    throw new Error(
      `Cannot write all figures: expected a mark for each: received none for ${missing.join(", ")}`,
    );
}
const isEverythingMet = [...answers.values()].every(({ bounds }) => bounds.every(isMet));
if (values.check && !isEverythingMet) process.exitCode = 1;

function withEntries(usual: Effort, said: string | undefined): Effort {
  const entries = said === undefined ? usual.entries : Number(said);
  if (Number.isInteger(entries) && entries >= 100) return { ...usual, entries };
  throw new TypeError(
    `Cannot run benchmark: expected "--entries" to be an integer from 100: received ${said}`,
  );
}

function chosen(names: readonly string[]): readonly Question[] {
  const unknown = names.find((name) => !QUESTIONS.some((question) => question.name === name));
  if (unknown !== undefined) {
    const known = QUESTIONS.map(({ name }) => name).join(", ");
    throw new TypeError(`Cannot run benchmark: expected one of ${known}: received ${unknown}`);
  }
  return names.length === 0 ? QUESTIONS : QUESTIONS.filter(({ name }) => names.includes(name));
}

/** @param shown Is given the names of the questions whose figures the document shows. */
async function write(document: URL, shown: Set<string>): Promise<void> {
  const written = pasteFigures(await readFile(document, "utf8"), (name, title) => {
    shown.add(name);
    // They are those of all figures or of none.
    if (name === "circumstances" && values.only.length > 0) return undefined;
    if (name === "circumstances") return `${inWords()}; \`${circumstances.command}\`.`;
    const answer = answers.get(name);
    if (answer === undefined || title === undefined) return answer && formatAnswer(answer, "markdown");
    const table = answer.tables.find((one) => one.title === title);
    if (table === undefined)
      throw new Error(`Cannot write figures: expected a table of ${name}: received ${title}`);
    return formatMarkdown(table.rows);
  });
  await writeFile(document, written);
}

function inWords(): string {
  const { node, cpu, cores, system, date } = circumstances;
  return `Node ${node}, ${cpu}, ${cores} cores, ${system}, ${date.slice(0, 10)}`;
}

function show(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
