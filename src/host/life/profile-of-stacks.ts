import type { StackFrame, StackSamples } from "../../contract/stack-samples.js";
import type { CpuProfile, CpuProfileNode } from "./cpu-profile.js";

/** A node while it is made. */
interface GrowingNode {
  readonly id: number;
  readonly frame: StackFrame;
  readonly children: Map<string, GrowingNode>;
  hits: number;
  /** Where in the function stacks were taken, by place: how often. */
  readonly places: Map<string, number>;
}

const ROOT: StackFrame = ["(root)", "", -1, -1];
/** What developer tools call a thread that runs nothing. */
const IDLE: StackFrame = ["(idle)", "", -1, -1];
const MICROSECONDS_PER_MS = 1000;

/** A profile of stacks that were taken one after the other. Of a function it tells the place it was at most often. */
export function profileOfStacks({ frames, samples }: StackSamples): CpuProfile {
  const nodes: GrowingNode[] = [];
  const root = addNode(nodes, ROOT);
  const hits: number[] = [];
  const times: number[] = [];
  for (const [atMs, ...stack] of samples) {
    // Outermost first. Indices were checked where they came from outside.
    const path = stack.toReversed().map((index) => frames[index] as StackFrame);
    let node = root;
    for (const frame of path.length === 0 ? [IDLE] : path) node = descend(nodes, node, frame);
    node.hits += 1;
    hits.push(node.id);
    times.push(Math.round(atMs * MICROSECONDS_PER_MS));
  }
  return {
    nodes: nodes.map(finish),
    startTime: 0,
    endTime: times.at(-1) ?? 0,
    samples: hits,
    timeDeltas: times.map((time, index) => time - (times[index - 1] ?? 0)),
  };
}

function descend(nodes: GrowingNode[], parent: GrowingNode, frame: StackFrame): GrowingNode {
  const [name, url, line, column] = frame;
  const place = `${line} ${column}`;
  // Functions without a name are told apart by their place.
  const key = name === "" ? `${url} ${place}` : `${url} ${name}`;
  const node = parent.children.get(key) ?? addNode(nodes, frame);
  parent.children.set(key, node);
  node.places.set(place, (node.places.get(place) ?? 0) + 1);
  return node;
}

function addNode(nodes: GrowingNode[], frame: StackFrame): GrowingNode {
  const node = { id: nodes.length + 1, frame, children: new Map(), hits: 0, places: new Map() };
  nodes.push(node);
  return node;
}

function finish({ id, frame, children, hits, places }: GrowingNode): CpuProfileNode {
  const [functionName, url, line, column] = frame;
  const [place = `${line} ${column}`] = [...places].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const [lineNumber = line, columnNumber = column] = place.split(" ").map(Number);
  return {
    id,
    callFrame: { functionName, scriptId: "0", url, lineNumber, columnNumber },
    hitCount: hits,
    children: [...children.values()].map((child) => child.id),
  };
}
