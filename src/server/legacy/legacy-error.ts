/** Turns what a request of /v1 has failed with into its status and text. */
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { HttpError } from "../http-error.js";

/** A refusal of /v1's own. */
export class LegacyError extends Error {
  readonly status: ContentfulStatusCode;

  constructor(status: ContentfulStatusCode, message: string) {
    super(message);
    this.status = status;
  }

  static {
    this.prototype.name = "LegacyError";
  }
}

/** Of what the client did wrong it is told which; everything else is a 503, as it was. */
export function legacyErrorResponse(error: unknown): {
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
} {
  if (error instanceof LegacyError) return { status: error.status, headers: {}, text: `${error.message}\n` };
  if (error instanceof HttpError)
    return { status: error.status, headers: error.headers, text: `${error.message}\n` };
  return { status: 503, headers: { "retry-after": "1" }, text: "service unavailable\n" };
}
