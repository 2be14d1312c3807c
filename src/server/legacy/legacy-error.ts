/** Turns what a request of /v1 has failed with into its status and text. */
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { isStockpileError } from "../../host/main.js";
import { upstreamErrorOf } from "../../mojang/main.js";
import { HttpError } from "../http-error.js";
import { retryAfter } from "../mojang/mojang-error.js";

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

/** What is answered. */
export interface LegacyErrorResponse {
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Whether it is neither the client's fault, nor Mojang's, nor that of the storage. */
  readonly isOurFault: boolean;
}

/** Of what the client did wrong it is told which; everything else is a 503, as it was. */
export function legacyErrorResponse(error: unknown): LegacyErrorResponse {
  if (error instanceof LegacyError)
    return { status: error.status, headers: {}, text: `${error.message}\n`, isOurFault: false };
  if (error instanceof HttpError)
    return { status: error.status, headers: error.headers, text: `${error.message}\n`, isOurFault: false };
  const upstream = upstreamErrorOf(error);
  return {
    status: 503,
    headers: retryAfter(upstream?.retryAfterMs ?? 1_000),
    text: "service unavailable\n",
    isOurFault: upstream === undefined && !isStockpileError(error),
  };
}
