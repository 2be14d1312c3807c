/** A request and a response, free of any HTTP library. */
import type { IncomingHttpHeaders } from "node:http";

/** A request as the routes see it. */
export interface HttpRequest {
  /** Upper case, as in `GET`. */
  readonly method: string;
  /** The request target as it was sent: percent-encoded path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /**
   * Reads the whole body; once only.
   * @throws {HttpError} 413: more than `maxBytes`. 503: too many bytes are under way on this server.
   * @throws {Error} the client went away.
   */
  readonly readBody: (maxBytes: number) => Promise<Uint8Array>;
}

/** A response. The listener adds `Content-Length` and the headers every response carries. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Answers a request. May reject: with an {@link HttpError}, a `StockpileError`, or anything else (a 500). */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** A response whose body is `value` as JSON. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: Buffer.from(`${JSON.stringify(value)}\n`),
  };
}
