import { OWN_CODES, Shortfall } from "./shortfall.js";

/** The words of ioredis for a connection that was lost under a command, told more plainly here. */
const LOST: readonly RegExp[] = [/^Connection is closed/, /max retries per request/i, /^Command aborted/];

/** Redis' own errors begin with a code in capitals, as in `OOM command not allowed`. */
const REPLY_CODE = /^(?<code>[A-Z][A-Z0-9]+) /;

/**
 * A call that failed, told with what was attempted, what was expected and what received. It has no `cause`: ioredis'
 * errors carry the command with all its arguments, keys, values and passwords among them.
 */
export class RedisFailure extends Error {
  static {
    RedisFailure.prototype.name = "RedisFailure";
  }

  readonly code: string | undefined;

  /** @param action what cannot be done, as in `put entry of category "player"`. */
  constructor(action: string, { message, code }: Shortfall) {
    super(`Cannot ${action}: ${message}`);
    this.code = code;
  }
}

/** What was missing where ioredis, the system or Redis threw. */
export function shortfallOf(thrown: unknown, address: string): Shortfall {
  if (thrown instanceof Shortfall) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const isLost = LOST.some((words) => words.test(message));
  const received = isLost ? "the end of the connection" : message;
  return new Shortfall(`an answer of ${address}`, received, isLost ? OWN_CODES.lost : codeOf(thrown));
}

/** The code of an error: that of the system, else that of Redis. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return REPLY_CODE.exec(thrown.message)?.groups?.["code"];
}
