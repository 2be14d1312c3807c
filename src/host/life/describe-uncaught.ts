import type { WireError } from "../../contract/wire-error.js";
import type { LifeEnd } from "./life.js";

/** The end of a life that an error nobody caught has ended. */
export function describeUncaught(wire: WireError, cause: Error): LifeEnd {
  const end = { kind: "crash", message: `Uncaught: ${wire.message}`, cause } as const;
  return wire.stack === undefined ? end : { ...end, stack: wire.stack };
}
