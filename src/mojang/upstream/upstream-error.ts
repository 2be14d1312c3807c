/** Why Mojang could not be asked, or what it answered instead of an answer. */

/**
 * - `budget`: this process has sent as much as its configuration lets it.
 * - `paused`: Mojang is left alone for a while, because it has refused or failed.
 * - `limited`: Mojang has said that there were too many requests (429).
 * - `blocked`: the firewall before Mojang has refused (403, HTML). It says nothing of the player.
 * - `unreachable`: no connection, or it broke.
 * - `timeout`: no answer in time.
 * - `unavailable`: Mojang has failed (5xx).
 * - `rejected`: Mojang has found the request to be wrong: a 400 of its own, and not of a gateway before it.
 * - `unexpected`: an answer that is none of those that are known.
 * - `unfinished`: there was no time to ask: a list has more names than could be had within its deadline.
 * - `closed`: the cache is closed.
 */
export type UpstreamFailure =
  | "budget"
  | "paused"
  | "limited"
  | "blocked"
  | "unreachable"
  | "timeout"
  | "unavailable"
  | "rejected"
  | "unexpected"
  | "unfinished"
  | "closed";

/** What an {@link UpstreamError} may have besides. */
export interface UpstreamErrorOptions extends ErrorOptions {
  /** Of the answer, where there was one. */
  readonly status?: number | undefined;
  /** In how many ms it makes sense to ask again, where that is known. */
  readonly retryAfterMs?: number | undefined;
  /** Why, in Mojang's own words, where it has said so. */
  readonly upstreamMessage?: string | undefined;
}

/** These may be over in a moment. The others would be the same again, or are the worse for asking again. */
const TRANSIENT: ReadonlySet<UpstreamFailure> = new Set(["blocked", "unreachable", "timeout", "unavailable"]);

/** An upstream host has not been asked, or has not answered. It never means that there is no such player. */
export class UpstreamError extends Error {
  readonly failure: UpstreamFailure;
  /** As in the configuration: `services` or `sessions`. */
  readonly host: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly upstreamMessage: string | undefined;

  constructor(
    host: string,
    failure: UpstreamFailure,
    reason: string,
    { status, retryAfterMs, upstreamMessage, ...options }: UpstreamErrorOptions = {},
  ) {
    super(`Cannot ask Mojang's ${host}: ${reason}`, options);
    this.host = host;
    this.failure = failure;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.upstreamMessage = upstreamMessage;
  }

  /** Whether asking again at once may help. */
  get isTransient(): boolean {
    return TRANSIENT.has(this.failure);
  }

  static {
    this.prototype.name = "UpstreamError";
  }
}

/** The reason why Mojang could not be asked, where that is what something has failed with, a load for one. */
export function upstreamErrorOf(thrown: unknown): UpstreamError | undefined {
  if (thrown instanceof UpstreamError) return thrown;
  return thrown instanceof Error && thrown.cause instanceof UpstreamError ? thrown.cause : undefined;
}
