import type { Rule } from "./rule.js";

/** A history broke a rule. */
export class BrokenRuleError extends Error {
  readonly rule: Rule;

  /** @param history What happened, for the message. */
  constructor(rule: Rule, what: string, history: string) {
    super(`Broken rule ${rule}: ${what}\n${history}`);
    this.name = "BrokenRuleError";
    this.rule = rule;
  }
}
