/** How a life ended against the plan, as health tells it. */
import { operationName } from "../../contract/call-frames.js";
import type { PendingCall } from "../calls/call.js";
import type { EndKind, LifeEnd, StuckIn } from "../life/life.js";

export interface PluginFailure {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: EndKind;
  readonly message: string;
  readonly stack?: string;
  /** The call that was executing, where one is known. */
  readonly call?: { readonly operation: string; readonly category: string };
  /** Where its event loop was stuck, where it was and Node can tell. */
  readonly stuckIn?: StuckIn;
  /** Path of the crash report. It is being written when this is told; the log says where it cannot be. */
  readonly report?: string;
}

/** How many lives ended against the plan, by kind; all kinds are there. */
export type FailureCounts = Readonly<Record<EndKind, number>>;

/**
 * Describes an end, its texts masked.
 * @param suspects The calls that may have done it; only a single one is named.
 * @param at Milliseconds since the epoch.
 */
export function describeFailure(
  { kind, message, stack, stuckIn, report }: LifeEnd,
  suspects: readonly PendingCall[],
  at: number,
  mask: (text: string) => string,
): PluginFailure {
  const failure = {
    at,
    kind,
    message: mask(message),
    ...(stack === undefined ? {} : { stack: mask(stack) }),
    ...(stuckIn === undefined ? {} : { stuckIn }),
    ...(report === undefined ? {} : { report: mask(report) }),
  };
  const [suspect, ...others] = suspects;
  if (suspect === undefined || others.length > 0) return failure;
  const { operation, category } = suspect.request;
  return { ...failure, call: { operation: operationName(operation), category } };
}
