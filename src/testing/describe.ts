/** Values in words short enough for a message. */
import { inspect } from "node:util";

/** Bytes of a value that are shown. */
const SHOWN_BYTES = 16;
/** Characters of a key that are shown. */
const SHOWN_CHARACTERS = 40;

/** A value as its length and its first bytes. */
export function describeBytes(value: Uint8Array): string {
  const shown = Buffer.from(value.subarray(0, SHOWN_BYTES))
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
  const rest = value.byteLength > SHOWN_BYTES ? " …" : "";
  if (value.byteLength === 0) return "0 bytes";
  return `${value.byteLength} byte${value.byteLength === 1 ? "" : "s"}: ${shown}${rest}`;
}

/** What a backend answered to a get, whatever it is. */
export function describeAnswer(answer: unknown): string {
  if (typeof answer !== "object" || answer === null) return describeValue(answer);
  const { value, expiresAt } = answer as Record<string, unknown>;
  if (!(value instanceof Uint8Array)) return describeValue(answer);
  return expiresAt === undefined
    ? describeBytes(value)
    : `${describeBytes(value)}, expiresAt ${describeValue(expiresAt)}`;
}

/** Anything, on one line. */
export function describeValue(value: unknown): string {
  if (value instanceof Error) return describeError(value);
  return inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 80, maxArrayLength: 8 });
}

/** An error with its causes, on one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return describeValue(error);
  const own = `${error.name}: ${error.message}`;
  if (error instanceof AggregateError) return `${own} (the first: ${describeError(error.errors[0])})`;
  return error.cause === undefined ? own : `${own} (caused by ${describeError(error.cause)})`;
}

/** A key that may be long or hold what a terminal would act on. */
export function describeKey(key: string): string {
  const shown = JSON.stringify(key.length <= SHOWN_CHARACTERS ? key : key.slice(0, SHOWN_CHARACTERS));
  return key.length <= SHOWN_CHARACTERS ? shown : `${shown}… of ${Buffer.byteLength(key)} bytes`;
}

/** Keys as a list. */
export function describeKeys(keys: readonly string[]): string {
  const shown = keys.slice(0, 8).map(describeKey).join(", ");
  if (keys.length === 0) return "no keys";
  return keys.length <= 8 ? shown : `${shown} and ${keys.length - 8} more`;
}
