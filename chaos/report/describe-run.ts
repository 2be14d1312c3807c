import type { ChaosOptions } from "../parse-options.js";

/** When and on what a run was, and how it can be had again. */
export function describeRun(cells: number, { seed }: ChaosOptions): string {
  const date = new Date().toISOString().slice(0, 10);
  const command = [
    "npm run chaos",
    ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : []),
  ].join(" ");
  return `${cells} cells on Node ${process.version}, ${process.platform}, ${date}, seed ${seed}; \`${command}\`.`;
}
