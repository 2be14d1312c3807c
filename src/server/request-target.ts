/** The request target: path segments and query. */
import { HttpError } from "./http-error.js";

/** A target split, still percent-encoded. `/cache/player/a%2Fb?ttl=10s` has three segments. */
export interface RequestTarget {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Bytes a target may have. The longest sensible one is a key of 1,024 bytes, each percent-encoded to three, behind a
 * long category name; Node's limit for all headers together (16 KiB) lies above it.
 */
export const MAX_TARGET_BYTES = 8192;

const VISIBLE_ASCII: RegExp = /^[\x21-\x7e]*$/;

/**
 * Splits a request target.
 * @throws {HttpError} 414: longer than {@link MAX_TARGET_BYTES}. 400: not a path, or not ASCII.
 */
export function parseRequestTarget(target: string): RequestTarget {
  if (target.length > MAX_TARGET_BYTES) {
    throw new HttpError(
      414,
      "STOCKPILE_URL_TOO_LONG",
      `Cannot use URL: expected at most ${MAX_TARGET_BYTES} bytes: received ${target.length}`,
    );
  }
  if (!target.startsWith("/") || !VISIBLE_ASCII.test(target)) {
    throw new HttpError(
      400,
      "STOCKPILE_REQUEST_INVALID",
      "Cannot use URL: expected a path of ASCII characters, all others percent-encoded",
    );
  }
  const queryStart = target.indexOf("?");
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  return {
    segments: path.slice(1).split("/"),
    query: new URLSearchParams(queryStart === -1 ? "" : target.slice(queryStart + 1)),
  };
}

/**
 * Decodes one segment.
 * @throws {HttpError} 400: malformed percent-encoding, or not UTF-8.
 */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A URIError, which says less than this.
    throw new HttpError(
      400,
      "STOCKPILE_REQUEST_INVALID",
      `Cannot use URL: expected percent-encoded UTF-8: received "${segment.slice(0, 64)}"`,
    );
  }
}
