/** Hides the secrets of the configuration in what a plugin throws: it may repeat what it was given. */
import type { WireError } from "../../contract/wire-error.js";

/** Replaces the secrets in a text. */
export type Mask = (text: string) => string;

/** Masks an error and its causes. */
export function maskError(error: WireError, mask: Mask): WireError {
  const { message, stack, cause } = error;
  return {
    ...error,
    message: mask(message),
    ...(stack === undefined ? {} : { stack: mask(stack) }),
    ...(cause === undefined ? {} : { cause: maskError(cause, mask) }),
  };
}
