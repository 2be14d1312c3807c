/** Turns what a question to the domain has failed with into an answer of the form that Mojang's errors have. */
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { upstreamErrorOf } from "../../mojang/main.js";
import type { UpstreamError, UpstreamFailure } from "../../mojang/main.js";
import { errorResponse } from "../error-response.js";

/** As Mojang writes its errors; of a 429 it has the path only. */
export interface MojangErrorBody {
  readonly path: string;
  readonly error?: string;
  readonly errorMessage?: string;
}

/** A refusal of the domain's own: a wrong name, a wrong id, no such player. */
export class MojangHttpError extends Error {
  readonly status: ContentfulStatusCode;
  /** As in `CONSTRAINT_VIOLATION`; some of Mojang's have none. */
  readonly error: string | undefined;

  constructor(status: ContentfulStatusCode, message: string, error?: string) {
    super(message);
    this.status = status;
    this.error = error;
  }

  static {
    this.prototype.name = "MojangHttpError";
  }
}

export interface MojangErrorResponse {
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: MojangErrorBody;
}

/** None of them is a 404 or a 204: those would say that there is no such player. */
const STATUSES: Readonly<Record<UpstreamFailure, ContentfulStatusCode>> = {
  budget: 429,
  limited: 429,
  unfinished: 429,
  paused: 503,
  blocked: 503,
  unreachable: 503,
  unavailable: 503,
  closed: 503,
  timeout: 504,
  unexpected: 502,
  rejected: 400,
};

const ERRORS: Readonly<Record<number, string>> = {
  400: "CONSTRAINT_VIOLATION",
  500: "INTERNAL_SERVER_ERROR",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

/** @param path of the request, as it was sent. */
export function mojangErrorResponse(thrown: unknown, path: string): MojangErrorResponse {
  if (thrown instanceof MojangHttpError) {
    const { status, error, message } = thrown;
    return {
      status,
      headers: {},
      body: { path, ...(error === undefined ? {} : { error }), errorMessage: message },
    };
  }
  const upstream = upstreamErrorOf(thrown);
  if (upstream !== undefined) return ofUpstream(upstream, path);
  const { status, headers, body } = errorResponse(thrown);
  return {
    status,
    headers,
    body: { path, error: ERRORS[status] ?? body.error.code, errorMessage: body.error.message },
  };
}

/** The header, where it is known when to ask again. */
export function retryAfter(ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) };
}

function ofUpstream(upstream: UpstreamError, path: string): MojangErrorResponse {
  const { failure, message, retryAfterMs, upstreamMessage } = upstream;
  const status = failure === "paused" && upstream.status === 429 ? 429 : STATUSES[failure];
  const headers = { ...retryAfter(retryAfterMs), "x-stockpile-upstream": failure };
  if (status === 429) return { status, headers, body: { path } };
  const errorMessage = upstreamMessage ?? message;
  return { status, headers, body: { path, error: ERRORS[status] ?? "ERROR", errorMessage } };
}
