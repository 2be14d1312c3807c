import { isWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";

/** The error of a process's last message, see `UncaughtMessage`; `undefined` where the message is another. */
export function readUncaught(message: unknown): WireError | undefined {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "UNCAUGHT")
    return undefined;
  const { error } = message as { readonly error?: unknown };
  return isWireError(error) ? error : undefined;
}
