/** Reads the answer to a request of the host's, which came over the port unchecked. */
import { isWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";

/** The error of an outcome that came over the port: whatever its form, it is an error if it says so. */
export function outcomeError(outcome: unknown): WireError | undefined {
  if (typeof outcome !== "object" || outcome === null) {
    return { name: "NonError", message: "the answer is no outcome" };
  }
  if (!("error" in outcome)) return undefined;
  return isWireError(outcome.error)
    ? outcome.error
    : { name: "NonError", message: "an error of another form" };
}
