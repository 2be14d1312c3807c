import type { Verdict } from "../judge/verdict.js";
import type { ChaosOptions } from "../parse-options.js";
import { counted } from "./counted.js";
import type { RunOfNode } from "./node-rows.js";
import { shellWord } from "./shell-word.js";

/** When and on what this run was. */
export function thisRun(): RunOfNode {
  const words = process.argv.slice(2).map(shellWord);
  return {
    version: process.version,
    date: new Date().toISOString().slice(0, 10),
    command: ["npm run chaos", ...(words.length > 0 ? ["--", ...words] : [])].join(" "),
  };
}

/** The same in words, how it can be had again, and how hard it was to come by: a loaded machine has more time and attempts. */
export function describeRun(
  verdicts: readonly Verdict[],
  { seed }: Pick<ChaosOptions, "seed">,
  { version, date, command }: RunOfNode,
): string {
  const circumstances = `${counted(verdicts.length, "cell")} on Node ${version}, ${process.platform}, ${date}, seed ${seed}; \`${command}\`.`;
  if (verdicts.length === 0) return circumstances;
  const again = verdicts.filter(({ attempts }) => attempts > 1).length;
  const paces = verdicts.map(({ pace }) => pace);
  const span = [Math.min(...paces), Math.max(...paces)].map((pace) => pace.toFixed(1));
  return `${circumstances} ${counted(again, "cell")} needed another attempt; pace ${span.join(" to ")}.`;
}
