/** The matrix in short: groups of faults as rows, then the faults that do not hold with their reasons. */
import { formatMarkdown } from "../../bench/format-markdown.js";
import { ISOLATIONS } from "../cells/cell.js";
import { ALL_FAULTS, faultNamed } from "../faults/all-faults.js";
import type { Verdict } from "../judge/verdict.js";
import { formatTable } from "./format-table.js";

export function formatGroups(verdicts: readonly Verdict[]): string {
  const groups = [...new Set(ALL_FAULTS.map(({ group }) => group))];
  const rows = groups.flatMap((group) => {
    const own = verdicts.filter(({ cell }) => faultNamed(cell.fault).group === group);
    return own.length === 0 ? [] : [rowOf(group, own)];
  });
  const broken = new Set(verdicts.filter(({ outcome }) => outcome !== "holds").map(({ cell }) => cell.fault));
  const rest = verdicts.filter(({ cell }) => broken.has(cell.fault));
  return [
    formatMarkdown(rows),
    ...(rest.length === 0 ? [] : ["What does not hold, and why:", formatTable(rest)]),
  ].join("\n\n");
}

function rowOf(group: string, verdicts: readonly Verdict[]): Readonly<Record<string, string>> {
  const fields = ISOLATIONS.map((isolation) => {
    const own = verdicts.filter(({ cell }) => cell.isolation === isolation);
    const held = own.filter(({ outcome }) => outcome === "holds").length;
    const sign = held === own.length ? "✓" : "✗";
    return [isolation, own.length === 0 ? "–" : `${sign} ${held}/${own.length}`] as const;
  });
  const faults = new Set(verdicts.map(({ cell }) => cell.fault)).size;
  return { "faults of": group, faults: String(faults), ...Object.fromEntries(fields) };
}
