/** One request to an upstream, and its whole answer. */
import type { Clock } from "../../host/main.js";
import { UpstreamError } from "./upstream-error.js";

/** What is sent. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What came back: a whole answer, whatever it says. */
export interface UpstreamResponse {
  readonly status: number;
  /** In lower case, without parameters; empty: there was none. */
  readonly contentType: string;
  /** As it was sent, for what is handed on as it is. */
  readonly fullContentType: string;
  /** The `Retry-After` header, in ms. */
  readonly retryAfterMs: number | undefined;
  readonly text: string;
}

export interface SendOptions {
  /** For messages. */
  readonly host: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What is said of a request that has taken longer. */
  readonly timeoutReason: string;
  /** Aborts when the cache closes, which ends the request. */
  readonly signal: AbortSignal;
}

/** The largest answer there is, the list of blocked servers, has some hundred kilobytes. */
const MAX_BODY_BYTES = 4_194_304;
/** 32 bits of ms: longer is no time to wait. */
const MAX_RETRY_AFTER_SECONDS = 4_294_967;

/**
 * @throws {UpstreamError} `timeout`, `unreachable`, `closed`, or `unexpected` for an answer that is too large.
 */
export async function sendRequest(
  { url, method, body }: OutgoingRequest,
  { host, clock, timeoutMs, timeoutReason, signal }: SendOptions,
): Promise<UpstreamResponse> {
  // Node's own `AbortSignal.any` and `timeout` would do, but go by another clock.
  const controller = new AbortController();
  const abort = (): void => controller.abort(new UpstreamError(host, "closed", "the cache is closed"));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const cancel = clock.schedule(() => {
    controller.abort(new UpstreamError(host, "timeout", timeoutReason));
  }, timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        accept: "application/json, text/plain",
        "user-agent": "Stockpile",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: controller.signal,
    });
    return { ...describe(response), text: await readText(response, host) };
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    throw new UpstreamError(host, "unreachable", `the connection failed: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}

function describe({ status, headers }: Response): Omit<UpstreamResponse, "text"> {
  const fullContentType = headers.get("content-type") ?? "";
  const contentType = fullContentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return { status, contentType, fullContentType, retryAfterMs: readRetryAfter(headers) };
}

/** Dates are not understood: no upstream of ours sends them. */
function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after") ?? "";
  if (!/^\d{1,10}$/.test(text)) return undefined;
  return Math.min(Number(text), MAX_RETRY_AFTER_SECONDS) * 1000;
}

async function readText(response: Response, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest of the body.
    if (bytes > MAX_BODY_BYTES)
      throw new UpstreamError(host, "unexpected", `expected an answer of at most ${MAX_BODY_BYTES} bytes`, {
        status: response.status,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString("utf8");
}

/** `fetch` says "fetch failed" of everything, and why in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  if (typeof code === "string") return code;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
