/** Tells what came of a run: the table, and files where they were asked for. */
import { writeFile } from "node:fs/promises";
import type { Verdict } from "../judge/verdict.js";
import type { ChaosOptions } from "../parse-options.js";
import { formatTable } from "./format-table.js";

export async function report(verdicts: readonly Verdict[], options: ChaosOptions): Promise<void> {
  const circumstances = describeRun(verdicts, options);
  const table = formatTable(verdicts);
  process.stdout.write(`${circumstances}\n\n${table}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, `${circumstances}\n\n${table}\n`);
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify({ circumstances, verdicts }, undefined, 2)}\n`);
}

/** When and on what it was, and how it can be had again. */
function describeRun(verdicts: readonly Verdict[], { seed }: ChaosOptions): string {
  const date = new Date().toISOString().slice(0, 10);
  const command = ["npm run chaos", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ");
  return `${verdicts.length} cells on Node ${process.version}, ${process.platform}, ${date}, seed ${seed}; \`${command}\`.`;
}
