/** Errors as data: Comlink drops code, cause and class, so errors cross the port in this form only. */
import { hasOnlyMembers } from "./has-only.js";

/** An error on the wire. Plain, bounded, and without behaviour. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: WireError;
}

/** Characters kept of a message: enough for any sensible one. */
const MAX_MESSAGE_CHARACTERS = 4096;
/** Characters kept of a stack: V8's default ten frames fit several times. */
const MAX_STACK_CHARACTERS = 16_384;
/** How many causes are followed; a deeper chain is cut. */
const MAX_CAUSES = 5;

/** Turns anything thrown into data. Never throws, whatever getters the value has. */
export function toWireError(thrown: unknown, depth: number = 0): WireError {
  try {
    if (typeof thrown !== "object" || thrown === null) {
      return {
        name: "NonError",
        message: cut(`Non-error thrown: ${String(thrown)}`, MAX_MESSAGE_CHARACTERS),
      };
    }
    const { name, message, code, stack, cause } = thrown as Record<string, unknown>;
    return {
      name: typeof name === "string" ? cut(name, 128) : "NonError",
      message: cut(
        typeof message === "string" ? message : "Object thrown without a message",
        MAX_MESSAGE_CHARACTERS,
      ),
      ...(typeof code === "string" || typeof code === "number" ? { code: cut(String(code), 128) } : {}),
      ...(typeof stack === "string" ? { stack: cut(stack, MAX_STACK_CHARACTERS) } : {}),
      ...(cause !== undefined && depth < MAX_CAUSES ? { cause: toWireError(cause, depth + 1) } : {}),
    };
  } catch {
    // A getter or `toString` of the thrown value threw in its turn.
    return { name: "NonError", message: "Value thrown that cannot be read" };
  }
}

/** The error with words before its message, within its bounds again. */
export function prefixWireError(wire: WireError, prefix: string): WireError {
  return { ...wire, message: cut(`${prefix}: ${wire.message}`, MAX_MESSAGE_CHARACTERS) };
}

/** An error again, with the far side's name, message, code, stack and causes. */
export function fromWireError(wire: WireError): Error {
  const error = new Error(
    wire.message,
    wire.cause === undefined ? undefined : { cause: fromWireError(wire.cause) },
  );
  Object.defineProperty(error, "name", { value: wire.name, configurable: true, writable: true });
  // The stack of this function would blame the near side for what the far side did.
  error.stack = wire.stack ?? `${wire.name}: ${wire.message}`;
  if (wire.code !== undefined) Object.assign(error, { code: wire.code });
  return error;
}

const MEMBERS: ReadonlySet<string> = new Set(["name", "message", "code", "stack", "cause"]);

/** Whether data that came over a port is a {@link WireError}, within its bounds. */
export function isWireError(value: unknown, depth: number = 0): value is WireError {
  if (typeof value !== "object" || value === null || depth > MAX_CAUSES) return false;
  const { name, message, code, stack, cause } = value as Record<string, unknown>;
  return (
    hasOnlyMembers(value, MEMBERS) &&
    isText(name, 128) &&
    isText(message, MAX_MESSAGE_CHARACTERS) &&
    (code === undefined || isText(code, 128)) &&
    (stack === undefined || isText(stack, MAX_STACK_CHARACTERS)) &&
    (cause === undefined || isWireError(cause, depth + 1))
  );
}

function isText(value: unknown, maxCharacters: number): boolean {
  return typeof value === "string" && value.length <= maxCharacters;
}

function cut(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}
