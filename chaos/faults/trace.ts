/** How a plugin's own fault went. */

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
