import { z } from "zod";

/** A whole number within bounds, both included; its mistakes name them. */
export function wholeNumber(minimum: number, maximum: number): z.ZodNumber {
  const error = `expected a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}
