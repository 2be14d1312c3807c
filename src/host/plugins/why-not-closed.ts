import type { Outcome } from "../../contract/protocol.js";
import { outcomeError } from "./outcome-error.js";

/**
 * Why a plugin that was asked to stop did not close as it should; `undefined` where it did.
 * @param outcome What it answered; `undefined` where it did not within `stopMs`.
 */
export function whyNotClosed(outcome: Outcome<undefined> | undefined, stopMs: number): string | undefined {
  return outcome === undefined ? `not done within ${stopMs} ms` : outcomeError(outcome)?.message;
}
