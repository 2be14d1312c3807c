import { alignRows } from "./align-rows.js";
import type { Row } from "./question.js";

/** Rows as a table in Markdown. */
export function formatMarkdown(rows: readonly Row[]): string {
  const { lines, widths, isNumber } = alignRows(rows);
  const rule = widths.map((width, column) => "-".repeat(width - 1) + (isNumber[column] === true ? ":" : "-"));
  const [head = [], ...body] = lines;
  return [head, rule, ...body].map((line) => `| ${line.join(" | ")} |`).join("\n");
}
