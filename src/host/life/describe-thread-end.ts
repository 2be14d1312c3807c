/** Makes sense of what a thread died of: anything can be thrown, `null` included. */
import { fromWireError, toWireError } from "../../contract/wire-error.js";
import { describeUncaught } from "./describe-uncaught.js";
import type { LifeEnd } from "./life.js";

export function describeThreadEnd(thrown: unknown): LifeEnd {
  const wire = toWireError(thrown);
  const cause = thrown instanceof Error ? thrown : fromWireError(wire);
  if (wire.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return { kind: "memory", message: "The plugin reached the hard heap limit of its thread", cause };
  }
  return describeUncaught(wire, cause);
}
