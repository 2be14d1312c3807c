import { formatMarkdown } from "./format-markdown.js";
import { formatTable } from "./format-table.js";
import { isMet } from "./question.js";
import type { Answer, Bound } from "./question.js";

/** Tables and bounds, to be read on a terminal or in a document. */
export function formatAnswer({ tables, bounds }: Answer, style: "text" | "markdown"): string {
  const parts =
    style === "text"
      ? [...tables.map(formatTable), bounds.map(verdict).join("\n")]
      : [...tables.map((table) => `${table.title}:\n\n${formatMarkdown(table.rows)}`), boundTable(bounds)];
  return parts.filter((part) => part !== "").join("\n\n");
}

function verdict(bound: Bound): string {
  const { claim, kind, limit, measured } = bound;
  const missed = kind === "floor" ? "BELOW" : "ABOVE";
  return `${claim}: ${kind} ${limit}: ${measured.toFixed(2)} ${isMet(bound) ? "ok" : missed}`;
}

function boundTable(bounds: readonly Bound[]): string {
  if (bounds.length === 0) return "";
  const rows = bounds.map(({ claim, kind, limit, measured }) => ({
    bound: claim,
    limit: `${kind} ${limit}`,
    measured: measured.toFixed(2),
  }));
  return formatMarkdown(rows);
}
