import { writeFile } from "node:fs/promises";
import type { Verdict } from "../judge/verdict.js";
import type { ChaosOptions } from "../parse-options.js";
import { describeRun } from "./describe-run.js";
import { formatTable } from "./format-table.js";
import { writeFigures } from "./write-figures.js";

/** Tells what came of the matrix: prints the table, and writes the files that were asked for. */
export async function report(verdicts: readonly Verdict[], options: ChaosOptions): Promise<void> {
  const circumstances = describeRun(verdicts.length, options);
  const table = formatTable(verdicts);
  process.stdout.write(`${circumstances}\n\n${table}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, `${circumstances}\n\n${table}\n`);
  if (options.isWrite) await writeFigures("chaos", `${circumstances}\n\n${table}`);
  if (options.json === undefined) return;
  await writeFile(options.json, `${JSON.stringify({ circumstances, verdicts }, undefined, 2)}\n`);
}
