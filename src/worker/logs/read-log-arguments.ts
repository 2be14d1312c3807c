import { formatWithOptions } from "node:util";
import { isError } from "./fields-json.js";

/** What a log call says. */
export interface LogContent {
  /** "" where there is none. */
  readonly message: string;
  /** What its fields are to be read from; `undefined` for none. */
  readonly fields: unknown;
}

/** A line is one line: objects in a message are not broken over several. */
const FORMAT_OPTIONS = { breakLength: Infinity, compact: true } as const;

/**
 * Understands the arguments of a log call as pino does: `(message, ...parameters)`, `(fields, message?, ...)` or
 * `(error, message?, ...)`. An error becomes the field `err`; without a message its own is taken, likewise that of
 * a field `err` and a field `msg`. Parameters beyond a message's placeholders are appended, as in `console.log()`.
 * Never throws.
 */
export function readLogArguments(parameters: readonly unknown[]): LogContent {
  const [first, ...rest] = parameters;
  if (first === undefined || first === null) return { message: formatMessage(rest), fields: undefined };
  if (typeof first !== "object") return { message: formatMessage(parameters), fields: undefined };
  try {
    if (isError(first)) return { message: formatMessage(rest, first.message), fields: { err: first } };
    return rest[0] === undefined ? readFields(first) : { message: formatMessage(rest), fields: first };
  } catch {
    // A getter or a proxy's trap threw. What can be shown of it all the same, the fields' writer finds out.
    return { message: formatMessage(rest), fields: first };
  }
}

function readFields(fields: object): LogContent {
  if ("msg" in fields && typeof fields.msg === "string") {
    const { msg, ...others } = fields;
    return { message: msg, fields: others };
  }
  const message = "err" in fields && isError(fields.err) ? formatMessage([], fields.err.message) : "";
  return { message, fields };
}

/** @param fallback The message where there are no parameters. */
function formatMessage(parameters: readonly unknown[], fallback: unknown = ""): string {
  const [first, ...rest] = parameters[0] === undefined ? [fallback] : parameters;
  if (typeof first === "string" && rest.length === 0) return first;
  try {
    return formatWithOptions(FORMAT_OPTIONS, first, ...rest);
  } catch {
    // An argument's own `toString` or `util.inspect.custom` threw.
    return typeof first === "string" ? `${first} [Unreadable]` : "[Unreadable]";
  }
}
