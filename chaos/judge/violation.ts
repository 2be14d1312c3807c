import type { Rule } from "../faults/rule.js";

/** What does not hold of a cell. */
export interface Violation {
  readonly rule: Rule;
  readonly text: string;
  /** Whether a slow machine explains it, so that another attempt may clear it. */
  readonly isOfTime?: boolean;
}
