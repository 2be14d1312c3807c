import { fromWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";
import type { LifeEnd } from "../life/life.js";

/** Errors whose message alone says too little, as in "Unexpected token". */
const LANGUAGE_ERROR = /^(Syntax|Type|Range|Reference)Error$/;

/**
 * The end of a life whose start has failed with an error of the plugin's.
 * @param stage What it was to do, as in "finish its import".
 */
export function startFailure(error: WireError, stage: string): LifeEnd {
  const described = LANGUAGE_ERROR.test(error.name) ? `${error.name}: ${error.message}` : error.message;
  return {
    kind: "load",
    message: `The plugin failed to ${stage}: ${described}`,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    cause: fromWireError(error),
  };
}
