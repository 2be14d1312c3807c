import type { EndingMessage } from "../../contract/protocol.js";
import { isWireError } from "../../contract/wire-error.js";

/** A process's last message, see `EndingMessage`; `undefined` where the message is another. */
export function readEnding(message: unknown): EndingMessage | undefined {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "ENDING")
    return undefined;
  const { code, error } = message as { readonly code?: unknown; readonly error?: unknown };
  if (!Number.isInteger(code)) return undefined;
  if (error === undefined) return { type: "ENDING", code: code as number };
  return isWireError(error) ? { type: "ENDING", code: code as number, error } : undefined;
}
