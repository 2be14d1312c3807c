import type { Row } from "./question.js";

/** What Markdown needs for the rule below a heading. */
const MIN_WIDTH = 3;

/** Cells as text, all of a column of one width. */
export interface Aligned {
  readonly lines: readonly (readonly string[])[];
  readonly widths: readonly number[];
  readonly isNumber: readonly boolean[];
}

/** Words go to the left, numbers to the right with three digits that count; the first line has the columns' names. */
export function alignRows(rows: readonly Row[]): Aligned {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => format(row[name])))];
  const widths = names.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0), MIN_WIDTH),
  );
  const isNumber = names.map((name) => rows.some((row) => typeof row[name] === "number"));
  const pad = (text: string, column: number): string =>
    isNumber[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return { lines: lines.map((line) => line.map(pad)), widths, isNumber };
}

function format(cell: Row[string] | undefined): string {
  if (typeof cell !== "number") return cell ?? "";
  if (Number.isInteger(cell) || Math.abs(cell) >= 100) return Math.round(cell).toLocaleString("en-US");
  return cell.toPrecision(3);
}
