/** A refusal of an HTTP request that does not come from the cache. */
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Codes of refusals made by the HTTP layer itself; errors of the cache keep their own, see `StockpileErrorCode`. */
export type HttpErrorCode =
  | "STOCKPILE_REQUEST_INVALID"
  | "STOCKPILE_KEY_INVALID"
  | "STOCKPILE_CATEGORY_INVALID"
  | "STOCKPILE_ENTRY_ABSENT"
  | "STOCKPILE_ROUTE_UNKNOWN"
  | "STOCKPILE_METHOD_NOT_ALLOWED"
  | "STOCKPILE_REQUEST_TIMEOUT"
  | "STOCKPILE_VALUE_TOO_LARGE"
  | "STOCKPILE_URL_TOO_LONG"
  | "STOCKPILE_ENCODING_UNSUPPORTED"
  | "STOCKPILE_HOST_REFUSED"
  | "STOCKPILE_SITE_REFUSED"
  | "STOCKPILE_HEADERS_TOO_LARGE"
  | "STOCKPILE_CATEGORY_LIMIT"
  | "STOCKPILE_TOKEN_REQUIRED"
  | "STOCKPILE_CONTROL_DISABLED"
  | "STOCKPILE_PLUGIN_UNKNOWN"
  | "STOCKPILE_REPORT_ABSENT"
  | "STOCKPILE_LISTENER_LIMIT"
  | "STOCKPILE_SERVER_BUSY"
  | "STOCKPILE_CLOSED";

/** What an {@link HttpError} may have besides. */
export interface HttpErrorOptions extends ErrorOptions {
  /** Sent with the usual ones, as `Allow` with 405. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown while a request is handled; becomes the response. */
export class HttpError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: HttpErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    code: HttpErrorCode,
    message: string,
    { headers = {}, ...options }: HttpErrorOptions = {},
  ) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  static {
    this.prototype.name = "HttpError";
  }
}
