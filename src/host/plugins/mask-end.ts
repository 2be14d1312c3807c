import { StockpileError } from "../../contract/errors.js";
import { fromWireError, toWireError } from "../../contract/wire-error.js";
import { maskError } from "../calls/mask-error.js";
import type { Mask } from "../calls/mask-error.js";
import type { LifeEnd } from "../life/life.js";

/** Masks how a life ended. Errors of our own among the causes name files and fields, and stay as they are. */
export function maskEnd(end: LifeEnd, mask: Mask): LifeEnd {
  const { message, stack, cause, stuckIn } = end;
  const isForeign = cause !== undefined && !(cause instanceof StockpileError);
  return {
    ...end,
    message: mask(message),
    ...(stack === undefined ? {} : { stack: mask(stack) }),
    ...(stuckIn === undefined
      ? {}
      : { stuckIn: { ...stuckIn, function: mask(stuckIn.function), file: mask(stuckIn.file) } }),
    ...(isForeign ? { cause: fromWireError(maskError(toWireError(cause), mask)) } : {}),
  };
}
