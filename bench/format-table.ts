import type { Row, Table } from "./question.js";

/**
 * The table as aligned text, or as Markdown to be pasted: words to the left, numbers to the right with three digits
 * that count.
 */
export function formatTable({ title, rows }: Table, style: "text" | "markdown"): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => format(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0), 3));
  const isNumber = names.map((name) => rows.some((row) => typeof row[name] === "number"));
  const align = (text: string, column: number): string =>
    isNumber[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const aligned = lines.map((line) => line.map(align));
  if (style === "text") return [title, ...aligned.map((line) => `  ${line.join("  ").trimEnd()}`)].join("\n");
  const rule = widths.map((width, column) => "-".repeat(width - 1) + (isNumber[column] === true ? ":" : "-"));
  const [head = [], ...body] = aligned;
  return [`${title}:`, "", ...[head, rule, ...body].map((line) => `| ${line.join(" | ")} |`)].join("\n");
}

function format(cell: Row[string] | undefined): string {
  if (typeof cell !== "number") return cell ?? "";
  if (Number.isInteger(cell) || Math.abs(cell) >= 100) return Math.round(cell).toLocaleString("en-US");
  return cell.toPrecision(3);
}
