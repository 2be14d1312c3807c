import type { Verdict } from "../judge/verdict.js";
import { formatGroups } from "./format-groups.js";
import { formatTable } from "./format-table.js";
import { nodeRowOf, updateNodeRows } from "./node-rows.js";
import type { RunOfNode } from "./node-rows.js";
import type { Figures } from "./write-figures.js";

/** What documents show of a run: the whole table, the one of groups, and a row for the version of Node it was on. */
export function matrixFigures(verdicts: readonly Verdict[], heading: string, run: RunOfNode): Figures {
  return (name, title, present) => {
    if (name === "chaos-nodes") return updateNodeRows(present, nodeRowOf(verdicts, run));
    if (name !== "chaos") return undefined;
    return `${heading}\n\n${title === "groups" ? formatGroups(verdicts) : formatTable(verdicts)}`;
  };
}
