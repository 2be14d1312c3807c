/** One request to a running server, its answer read whole and bounded. */
import { plainText } from "../plain-text.js";

/** What {@link requestServer} is told. */
export interface ServerRequest {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** How long the answer may take, default 5,000. */
  readonly timeoutMs?: number;
}

/** An answer, whatever its status. */
export interface ServerAnswer {
  readonly url: URL;
  readonly status: number;
  readonly body: Buffer;
}

/** What the server keeps in memory answers at once. */
const DEFAULT_TIMEOUT_MS = 5_000;
/** Of the answer: thousands of plugins, or the largest entry. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Of a reason. */
const MAX_CHARACTERS = 400;

/** What Node says where nobody whom it trusts has signed the server's certificate. */
const DISTRUST_CODES: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
/** What OpenSSL says of an answer that is none of TLS. */
const NO_TLS_CODES: ReadonlySet<string> = new Set([
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
]);

/** @throws {Error} the server cannot be reached, does not answer in time, or answers without end. */
export async function requestServer(
  server: URL,
  path: string,
  { method = "GET", token, headers = {}, body, timeoutMs = DEFAULT_TIMEOUT_MS }: ServerRequest = {},
): Promise<ServerAnswer> {
  const url = new URL(path, server);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...authorization(token) },
      body: body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "error",
    });
    return { url, status: response.status, body: await readBody(response) };
  } catch (error) {
    throw unreachable(server, error, timeoutMs);
  }
}

/** The header that carries the token, where there is one. */
export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Says why a server could not be asked. `fetch` says "fetch failed" and hides the reason in the cause. */
export function unreachable(server: URL, error: unknown, timeoutMs: number): Error {
  return new Error(`Cannot reach a server at ${server.origin}: ${reasonOf(error, server, timeoutMs)}`, {
    cause: error,
  });
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown, server: URL, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = "code" in cause ? String(cause.code) : "";
  if (code === "ECONNREFUSED") {
    return 'nothing listens there: start one with "stockpile server", or name another with --server';
  }
  if (NO_TLS_CODES.has(code)) return `it does not speak HTTPS: try http://${server.host}`;
  // OpenSSL's end with a line break.
  const text = plainText(cause.message, MAX_CHARACTERS);
  if (DISTRUST_CODES.has(code)) {
    return `${text}: to trust it, put the path of its certificate, or of its authority's, into NODE_EXTRA_CA_CERTS`;
  }
  if (code === "UND_ERR_SOCKET" && server.protocol === "http:") {
    return `${text}: if it speaks HTTPS, name it as https://${server.host}`;
  }
  return text;
}
