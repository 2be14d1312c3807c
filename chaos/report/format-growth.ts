import type { Growth } from "../soak/judge-growth.js";
import { grows } from "../soak/judge-growth.js";

/** What a host took over a long run, as Markdown. */
export function formatGrowth(growths: readonly Growth[]): string {
  const head = [
    "figure",
    "after the warm-up",
    "at the end",
    "greatest",
    "grows by, in 100 cells",
    "may grow by",
    "",
  ];
  const rows = growths.map((growth) => [
    growth.figure,
    ...[growth.from, growth.to, growth.greatest, growth.grows, growth.mayGrow].map(format),
    grows(growth) ? "✗" : "✓",
  ]);
  return [head, ["---", ...head.slice(1, -1).map(() => "---:"), "---"], ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

function format(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(2);
}
