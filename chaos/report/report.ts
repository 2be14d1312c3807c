import { writeFile } from "node:fs/promises";
import type { Verdict } from "../judge/verdict.js";
import type { ChaosOptions } from "../parse-options.js";
import { describeRun, thisRun } from "./describe-run.js";
import { formatTable } from "./format-table.js";
import { matrixFigures } from "./matrix-figures.js";
import { writeFigures } from "./write-figures.js";

/** Tells what came of the matrix: prints the table, and writes the files that were asked for. */
export async function report(verdicts: readonly Verdict[], options: ChaosOptions): Promise<void> {
  const run = thisRun();
  const circumstances = describeRun(verdicts, options, run);
  const text = `${circumstances}\n\n${formatTable(verdicts)}\n`;
  process.stdout.write(text);
  if (options.markdown !== undefined) await writeFile(options.markdown, text);
  if (options.isWrite) await writeFigures(matrixFigures(verdicts, circumstances, run));
  if (options.json === undefined) return;
  await writeFile(options.json, `${JSON.stringify({ circumstances, verdicts }, undefined, 2)}\n`);
}
