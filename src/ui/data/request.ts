/** Requests to the server this page comes from. */
import { storedToken } from "../token/stored-token.js";

/** The page lies one level below the root, behind a proxy too. */
const ROOT = "../";
/** The longest start of a plugin is the longest answer; what takes longer has been lost. */
const STEER_TIMEOUT_MS = 120_000;
const READ_TIMEOUT_MS = 10_000;

/** A request that the server has refused or not answered. */
export class RequestError extends Error {
  /** HTTP's; 0: there was no answer. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Reads a resource as JSON.
 * @param path As in `api/status`.
 * @param accepted A status that has a whole answer besides 200.
 * @throws {RequestError}
 */
export async function read<T>(path: string, accepted?: number): Promise<T> {
  const response = await send(path, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
  if (response.status !== 200 && response.status !== accepted) throw await refusalOf(response);
  return (await response.json()) as T; // What the server's types say.
}

/**
 * Does what needs the token, and answers the body as text.
 * @throws {RequestError}
 */
export async function control(method: "GET" | "POST" | "DELETE", path: string): Promise<string> {
  const token = storedToken();
  const response = await send(path, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(STEER_TIMEOUT_MS),
  });
  if (!response.ok) throw await refusalOf(response);
  return response.text();
}

/** Where a stream of the server's is. */
export function addressOf(path: string): string {
  return ROOT + path;
}

async function send(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(addressOf(path), { ...options, cache: "no-store", credentials: "same-origin" });
  } catch (cause) {
    throw new RequestError(0, "The server does not answer", { cause });
  }
}

async function refusalOf(response: Response): Promise<RequestError> {
  const body: unknown = await response.json().catch(() => undefined);
  return new RequestError(response.status, messageIn(body) ?? `The server answered ${response.status}`);
}

/** The message of an error as the server writes them. */
function messageIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const { error } = body;
  if (typeof error !== "object" || error === null || !("message" in error)) return undefined;
  return String(error.message);
}
