/** Reads the outcome of a request to a worker. It came over a port: whatever its form, it is an error if it says so. */
import { isWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";

/** Names an outcome may hold: above the number of optional methods of a backend. */
const MAX_NAMES = 32;

export interface ReadOutcome {
  readonly error: WireError | undefined;
  /** The strings in its value, where that is an array of few. */
  readonly names: readonly string[];
}

export function readOutcome(outcome: unknown): ReadOutcome {
  if (typeof outcome !== "object" || outcome === null) return failed("the answer is no outcome");
  if ("error" in outcome) {
    return isWireError(outcome.error)
      ? { error: outcome.error, names: [] }
      : failed("an error of another form");
  }
  const value = "value" in outcome ? outcome.value : undefined;
  // Its length first: an array can be billions long and weigh nothing.
  if (!Array.isArray(value) || value.length > MAX_NAMES) return { error: undefined, names: [] };
  return { error: undefined, names: value.filter((name) => typeof name === "string") };
}

function failed(message: string): ReadOutcome {
  return { error: { name: "NonError", message }, names: [] };
}
