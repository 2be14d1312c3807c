/** The last run on each major version of Node, as a table of which a run replaces the row of its own. */
import { formatMarkdown } from "../../bench/format-markdown.js";
import type { Verdict } from "../judge/verdict.js";

const COLUMNS = [
  "Node",
  "cells",
  "held",
  "known not to hold",
  "other",
  "needed another attempt",
  "date",
  "command",
] as const;
/** Text in all of them: what has been read back is formatted as it was. */
export type NodeRow = Readonly<Record<(typeof COLUMNS)[number], string>>;

export interface RunOfNode {
  /** As in `v20.20.2`. */
  readonly version: string;
  /** As in `2026-11-28`. */
  readonly date: string;
  readonly command: string;
}

export function nodeRowOf(verdicts: readonly Verdict[], { version, date, command }: RunOfNode): NodeRow {
  const count = (isOne: (verdict: Verdict) => boolean): string => String(verdicts.filter(isOne).length);
  return {
    Node: version,
    cells: String(verdicts.length),
    held: count(({ outcome }) => outcome === "holds"),
    "known not to hold": count(({ outcome }) => outcome === "excepted"),
    other: count(({ outcome }) => outcome === "fails" || outcome === "surprises"),
    "needed another attempt": count(({ attempts }) => attempts > 1),
    date,
    command: `\`${command}\``,
  };
}

/** A table in which the row of that major version is replaced or added; the others stay, in the order of versions. */
export function updateNodeRows(table: string, row: NodeRow): string {
  const others = readRows(table).filter((other) => majorOf(other) !== majorOf(row));
  return formatMarkdown([...others, row].toSorted((one, other) => majorOf(one) - majorOf(other)));
}

/** @throws {Error} it has other columns: somebody has changed it by hand, or this has changed since. */
function readRows(table: string): NodeRow[] {
  const [head, , ...rows] = table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((field) => field.trim()),
    );
  if (head === undefined) return [];
  if (head.join() !== COLUMNS.join())
    throw new Error(
      `Cannot read the table of Node versions: expected ${COLUMNS.join(", ")}: received ${head.join(", ")}`,
    );
  return rows.map(
    (fields) => Object.fromEntries(COLUMNS.map((column, at) => [column, fields[at] ?? ""])) as NodeRow,
  ); // it has all columns
}

function majorOf({ Node: version }: NodeRow): number {
  return Number(/^v(\d+)/.exec(version)?.[1]);
}
