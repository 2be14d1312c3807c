import type { Outcome } from "../../contract/protocol.js";
import { fromWireError } from "../../contract/wire-error.js";
import type { LifeEnd } from "../life/life.js";
import { outcomeError } from "./outcome-error.js";

/** Errors whose message alone says too little, as in "Unexpected token". */
const LANGUAGE_ERROR = /^(Syntax|Type|Range|Reference)Error$/;

/**
 * The end of a life whose start has failed with an error of the plugin's; `undefined` where it has not.
 * @param outcome What the plugin says of its start.
 * @param stage What it was to do, as in "finish its import".
 */
export function startFailure(outcome: Outcome<undefined>, stage: string): LifeEnd | undefined {
  const error = outcomeError(outcome);
  if (error === undefined) return undefined;
  const described = LANGUAGE_ERROR.test(error.name) ? `${error.name}: ${error.message}` : error.message;
  return {
    kind: "load",
    message: `The plugin failed to ${stage}: ${described}`,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    cause: fromWireError(error),
  };
}
