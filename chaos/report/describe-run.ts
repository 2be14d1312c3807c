import type { Verdict } from "../judge/verdict.js";
import type { ChaosOptions } from "../parse-options.js";
import { counted } from "./counted.js";
import { shellWord } from "./shell-word.js";

/** When and on what a run was, and how it can be had again. */
export function describeRun(cells: number, { seed }: ChaosOptions): string {
  const date = new Date().toISOString().slice(0, 10);
  const words = process.argv.slice(2).map(shellWord);
  const command = ["npm run chaos", ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
  return `${counted(cells, "cell")} on Node ${process.version}, ${process.platform}, ${date}, seed ${seed}; \`${command}\`.`;
}

/** How hard the verdicts were to come by: a loaded machine is given more time, and more attempts. */
export function describeEffort(verdicts: readonly Verdict[]): string {
  const paces = verdicts.map(({ pace }) => pace);
  const [least, most] = [Math.min(...paces), Math.max(...paces)].map((pace) => pace.toFixed(1));
  const again = verdicts.filter(({ attempts }) => attempts > 1).length;
  return `${counted(again, "cell")} needed another attempt; pace ${least === most ? least : `${least} to ${most}`}.`;
}
