import { nodePermissions } from "../permissions/node-permissions.js";
import type { NodePermissions } from "../permissions/node-permissions.js";
import { isUnderModel } from "./is-under-model.js";
import type { IssueList } from "./issue-list.js";
import type { Outline, PluginOutline } from "./outline.js";

/**
 * Reports plugins that cannot be debugged as they are told to be.
 * @param node by default the Node that runs.
 */
export function checkInspect(
  outline: Outline,
  issues: IssueList,
  node: NodePermissions = nodePermissions,
): void {
  const ports = new Map<number, string>();
  for (const [name, plugin] of outline.plugins) {
    const { inspect } = plugin;
    const at = ["plugins", name, "inspect"];
    if (isUnderModel(plugin) && inspects(inspect) && !node.allowsInspector) {
      const why = `this Node, ${process.version}, keeps what is under permissions from its inspector`;
      issues.add(
        at,
        `expected false, or no permissions but env: ${why}: received ${issues.describe(inspect)}`,
      );
    }
    if (typeof inspect !== "number" || issues.has(at)) continue;
    const other = ports.get(inspect);
    if (other === undefined) ports.set(inspect, name);
    else
      issues.add(
        at,
        `expected another port than that of plugin ${issues.describe(other)}: received ${inspect}`,
      );
  }
}

function inspects(inspect: PluginOutline["inspect"]): boolean {
  return inspect === true || typeof inspect === "number";
}
