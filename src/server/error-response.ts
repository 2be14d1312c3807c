/** Turns whatever a request failed with into its response. */
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { isStockpileError } from "../host/main.js";
import type { StockpileErrorCode } from "../host/main.js";
import { HttpError } from "./http-error.js";

/** The parts of a response that says what went wrong. */
export interface ErrorResponse {
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
  /** To be sent as JSON. */
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

/** Seconds after which a client may try again: a plugin's restart takes about 50 ms, a breaker a few seconds. */
const RETRY_AFTER_SECONDS = "1";

/** What each error of the cache is in HTTP. 503 means that nothing was done, 504 that the outcome is unknown. */
const STATUSES: Readonly<Record<StockpileErrorCode, ContentfulStatusCode>> = {
  STOCKPILE_KEY_INVALID: 400,
  STOCKPILE_VALUE_INVALID: 400,
  STOCKPILE_CONFIG_INVALID: 409, // The category is in use in this process with another codec.
  STOCKPILE_VALUE_TOO_LARGE: 413,
  STOCKPILE_UNSUPPORTED: 501,
  STOCKPILE_BACKEND_FAILED: 502,
  STOCKPILE_LOAD_FAILED: 502,
  STOCKPILE_PROTOCOL: 502,
  STOCKPILE_BACKEND_TAKEN: 503,
  STOCKPILE_PLUGIN_LOAD: 503,
  STOCKPILE_PLUGIN_UNAVAILABLE: 503,
  STOCKPILE_BACKEND_OVERLOADED: 503,
  STOCKPILE_CLOSED: 503,
  STOCKPILE_BACKEND_TIMEOUT: 504,
  STOCKPILE_DEADLINE: 504,
};

/** For look-ups by any text: an error of another version of Stockpile may have a code this one does not know. */
const STATUS_OF_CODE: ReadonlyMap<string, ContentfulStatusCode> = new Map(Object.entries(STATUSES));

/**
 * The response for `error`. What is neither an {@link HttpError} nor a `StockpileError` is a fault of ours: a 500 that
 * tells the client nothing of it.
 */
export function errorResponse(error: unknown): ErrorResponse {
  if (error instanceof HttpError) return build(error.status, error, error.headers);
  if (isStockpileError(error)) return build(STATUS_OF_CODE.get(error.code) ?? 500, error);
  const message = "Cannot serve request: an unexpected error has been logged";
  return build(500, { code: "STOCKPILE_INTERNAL", message });
}

function build(
  status: ContentfulStatusCode,
  { code, message }: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): ErrorResponse {
  const retry = status === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {};
  return { status, headers: { ...retry, ...headers }, body: { error: { code, message } } };
}
