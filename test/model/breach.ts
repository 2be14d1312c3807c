import type { Rule } from "./rule.js";

/** A rule that was broken, and how. */
export interface Breach {
  readonly rule: Rule;
  readonly message: string;
}
