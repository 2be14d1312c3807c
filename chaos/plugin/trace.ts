/** What a plugin's own fault leaves behind of how it went, beside the plugin's module: that it was armed proves nothing. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TRACE = "trace.json";

/**
 * How far it has come: `begun` and not back, `returned` with nothing, `answered` in the plugin's place, `threw`,
 * `waits` for a promise that has not settled, `rejected`.
 */
export type Went = "begun" | "returned" | "answered" | "threw" | "waits" | "rejected";

export interface Trace {
  readonly went: Went;
  /** From its begin until then, in ms. */
  readonly ms: number;
  /** How many things it did, where it says so: lines, frames. */
  readonly count: number;
  /** What the plugin itself finds missing of its effect; absent where nothing is. */
  readonly complaint?: string;
}

export function leaveTrace(folder: string, trace: Trace): void {
  const draft = join(folder, `${TRACE}.draft`);
  writeFileSync(draft, JSON.stringify(trace));
  renameSync(draft, join(folder, TRACE));
}

/** What was left last; `undefined` where nothing has happened. */
export function readTrace(folder: string): Trace | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, TRACE), "utf8")) as Trace; // written by `leaveTrace`
  } catch {
    return undefined;
  }
}
