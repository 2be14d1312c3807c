import type { ChaosOptions } from "../parse-options.js";
import { shellWord } from "./shell-word.js";

/** When and on what a run was, and how it can be had again. */
export function describeRun(cells: number, { seed }: ChaosOptions): string {
  const date = new Date().toISOString().slice(0, 10);
  const words = process.argv.slice(2).map(shellWord);
  const command = ["npm run chaos", ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
  return `${cells} cells on Node ${process.version}, ${process.platform}, ${date}, seed ${seed}; \`${command}\`.`;
}
