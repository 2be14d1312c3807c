/** Reads from a profile of a blocked thread where it is stuck. */
import { fileURLToPath } from "node:url";
import type { CpuProfile, CpuProfileNode } from "./cpu-profile.js";
import type { StuckIn } from "./life.js";

/** Share of the samples a function must be on: one that never returned is on all of them but for a stray. */
const STUCK_SHARE = 0.9;
/** Of functions that have no name, the code of a module itself among them; as developer tools say. */
const ANONYMOUS = "(anonymous)";

/**
 * The innermost function of a file that did not return while the profile was taken: it is the one whose loop does not
 * end, or whose regular expression, while what it calls comes and goes.
 * @returns `undefined` where there is none, as of a thread that ran or waited in Node itself.
 */
export function findStuckFunction(profile: CpuProfile): StuckIn | undefined {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const totals = totalsOf(profile, nodes);
  const least = Math.max(1, profile.samples.length * STUCK_SHARE);
  let stuck: CpuProfileNode | undefined;
  let node: CpuProfileNode | undefined = profile.nodes[0];
  const seen = new Set<CpuProfileNode>();
  while (node !== undefined && !seen.has(node)) {
    seen.add(node);
    if (isOfFile(node)) stuck = node;
    const next: number | undefined = node.children.find((child) => (totals.get(child) ?? 0) >= least);
    node = next === undefined ? undefined : nodes.get(next);
  }
  return stuck === undefined ? undefined : describe(stuck);
}

/** How many samples found each node on the stack. */
function totalsOf(
  { nodes, samples }: CpuProfile,
  byId: ReadonlyMap<number, CpuProfileNode>,
): Map<number, number> {
  const parents = new Map(nodes.flatMap(({ id, children }) => children.map((child) => [child, id] as const)));
  const totals = new Map<number, number>();
  for (const sample of samples) {
    let id: number | undefined = byId.has(sample) ? sample : undefined;
    // A tree has no way longer than it has nodes.
    for (let depth = 0; id !== undefined && depth < nodes.length; depth += 1) {
      totals.set(id, (totals.get(id) ?? 0) + 1);
      id = parents.get(id);
    }
  }
  return totals;
}

/** Node's own are as little to blame as what was evaluated out of no file is to be found. */
function isOfFile({ callFrame: { url } }: CpuProfileNode): boolean {
  return url !== "" && !url.startsWith("node:");
}

function describe({ callFrame }: CpuProfileNode): StuckIn {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  return {
    function: functionName === "" ? ANONYMOUS : functionName,
    file: pathOf(url),
    line: lineNumber + 1,
    column: columnNumber + 1,
  };
}

function pathOf(url: string): string {
  try {
    return url.startsWith("file:") ? fileURLToPath(url) : url;
  } catch {
    // A URL of another machine's file, or a module whose name is its own affair.
    return url;
  }
}
