import { alignRows } from "./align-rows.js";
import type { Table } from "./question.js";

/** The table as aligned text, its title above. */
export function formatTable({ title, rows }: Table): string {
  return [title, ...alignRows(rows).lines.map((line) => `  ${line.join("  ").trimEnd()}`)].join("\n");
}
