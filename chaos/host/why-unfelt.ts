/** Whether a plugin's own fault has had an effect, by what it left behind, what the plugin ended with and what was logged. */
import type { Nature, PluginFault } from "../faults/fault.js";
import { natureOf } from "../faults/fault.js";
import { readTrace } from "../plugin/trace.js";
import type { Trace } from "../faults/trace.js";
import type { Suffering } from "./suffering.js";
import { until } from "./until.js";

/** In which its effect must show once the plugin is well again, in ms: dropped lines are told of once a second. */
const SHOWN_MS = 4000;
/** What a call waits for at least that is answered late or stands still, in ms: more than `limits.call`. */
const LONG_MS = 250;

const isStuck = ({ went, ms }: Trace): boolean => went === "begun" || ms > LONG_MS;

/** How a fault of that nature goes where it does what it should. */
const GOES: Readonly<Record<Nature, (trace: Trace) => boolean>> = {
  fails: ({ went }) => went === "threw" || went === "rejected",
  lies: ({ went }) => went === "answered",
  misses: ({ went }) => went === "answered",
  pends: ({ went }) => went === "waits",
  delays: ({ went, ms }) => went === "waits" || ms > LONG_MS,
  blocks: isStuck,
  dies: ({ went }) => went === "begun" || went === "threw",
  // It may be ended before it has done with sending.
  attacks: ({ went, count }) => went === "begun" || count > 0,
  swells: isStuck,
  // It says by itself what shows it.
  passes: () => true,
  refuses: () => true,
  hinders: () => true,
};

/** What is missing of the effect; `undefined` where it has shown. */
export async function whyUnfelt(fault: PluginFault, suffering: Suffering): Promise<string | undefined> {
  let missing: string | undefined;
  await until(() => (missing = misses(fault, suffering)) === undefined, SHOWN_MS);
  return missing;
}

function misses(fault: PluginFault, { cell, folder, stage }: Suffering): string | undefined {
  // What it ended with is for the judge to compare with what it should.
  if (stage.failures.length > 0) return undefined;
  const trace = readTrace(folder);
  if (trace === undefined) return "the fault did not happen";
  const { went, ms, complaint } = trace;
  if (complaint !== undefined) return `the fault has no effect: ${complaint}`;
  if (!GOES[natureOf(fault, cell.isolation)](trace)) return `the fault ${went} after ${Math.round(ms)} ms`;
  return fault.listen?.(stage.heard, trace, cell.isolation);
}
