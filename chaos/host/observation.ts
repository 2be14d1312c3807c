/** What a host has seen of one cell: facts, which judge/judge-cell.ts judges. */

/** A stretch for which the host's loop stood still, by `performance.now()`. */
export interface Stall {
  readonly from: number;
  readonly to: number;
  /** For how much of it the machine had others to run, in ms. */
  readonly waitedMs: number;
}

/** A call that took longer than its limit. */
export interface SlowCall {
  readonly operation: string;
  readonly ms: number;
  readonly limitMs: number;
  /** How much of that time the host's loop stood still. */
  readonly stalledMs: number;
}

export interface Observation {
  /** What everything was allowed to take longer by. */
  readonly pace: number;
  /** Why it is not shown that the fault was in force; absent where it is. */
  readonly unfelt?: string;
  readonly calls: {
    readonly made: number;
    /** How they ended, by code or `answered`. */
    readonly outcomes: Readonly<Record<string, number>>;
    readonly slow: readonly SlowCall[];
    /** What had not settled long after it should have. */
    readonly unsettled: readonly string[];
    /** What was answered and is not so. */
    readonly wrong: readonly string[];
  };
  /** How the call or step ended in which the fault happened; absent where nobody waited. */
  readonly trigger?: string;
  /** What the plugin ended with since, in order: the kinds of its failures with their messages. */
  readonly ends: readonly { readonly kind: string; readonly message: string }[];
  /** From the fault until the plugin served again, in ms; absent where it does not. */
  readonly recoveredMs?: number;
  /** The state of the plugin at the end. */
  readonly state: string;
  /** Acknowledged writes that are not there, or something else in their place. */
  readonly lost: readonly string[];
  /** Values that were acknowledged before the fault and not written since: those show whether it has lost any. */
  readonly untouched: number;
  /** Writes that still waited in the host when there was no more to wait for. */
  readonly waiting: number;
  readonly beside: {
    readonly calls: number;
    readonly failures: readonly string[];
    readonly slow: readonly SlowCall[];
  };
  readonly longestStallMs: number;
  /** Absent where it did not close at all. */
  readonly close?: {
    readonly ms: number;
    /** `limits.stop` of the plugin. */
    readonly stopMs: number;
    readonly abandoned: number;
    readonly undelivered: number;
  };
  /** What is there that was not before, once nothing is closing any more. */
  readonly left: readonly string[];
  /** How long a file operation of the host's own took, in ms; absent where it did not come back. */
  readonly poolMs?: number;
  /** What the process shares and has changed. */
  readonly changed: readonly string[];
}
