import { z } from "zod";

/**
 * A whole number within bounds, both included; its mistakes name them.
 * @param maximum default: none but what a number holds exactly.
 */
export function wholeNumber(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  const error =
    maximum === Number.MAX_SAFE_INTEGER
      ? `expected a whole number of at least ${minimum}`
      : `expected a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}
