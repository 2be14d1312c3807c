import { writeFile } from "node:fs/promises";
import { isWrong } from "../judge/verdict.js";
import type { ChaosOptions } from "../parse-options.js";
import { complainOfSamples, grows, judgeGrowth } from "../soak/judge-growth.js";
import type { Soak } from "../soak/run-soak.js";
import { describeRun, thisRun } from "./describe-run.js";
import { formatGrowth } from "./format-growth.js";
import { writeFigures } from "./write-figures.js";

/** Tells what came of the long form: prints the figures, and writes the files that were asked for. */
export async function reportSoak(soak: Soak, options: ChaosOptions): Promise<void> {
  const { verdicts, samples, complaint } = soak;
  const circumstances = describeRun(verdicts, options, thisRun());
  const failed = verdicts.filter(isWrong).length;
  const ending = complaint ?? "the host exits by itself";
  const text = [
    `${circumstances} ${failed} did not hold; ${ending}.`,
    complainOfSamples(samples) ?? formatGrowth(judgeGrowth(samples)),
  ].join("\n\n");
  process.stdout.write(`${text}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, `${text}\n`);
  if (options.isWrite) await writeFigures((name) => (name === "soak" ? text : undefined));
  if (options.json === undefined) return;
  await writeFile(options.json, `${JSON.stringify({ circumstances, ...soak }, undefined, 2)}\n`);
}

/** Whether a run with that must fail. */
export function isSoakWrong({ verdicts, samples, complaint }: Soak): boolean {
  return (
    complaint !== undefined ||
    verdicts.some(isWrong) ||
    complainOfSamples(samples) !== undefined ||
    judgeGrowth(samples).some(grows)
  );
}
