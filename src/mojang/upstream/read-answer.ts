/** Reading what a host of Mojang's has answered. */
import type { z } from "zod";

import type { UpstreamResponse } from "./send-request.js";
import { UpstreamError } from "./upstream-error.js";

/**
 * The JSON of a 200.
 * @throws {UpstreamError} `rejected`: a 400, with Mojang's own reason. `unexpected`: another status, or something else
 * than was expected.
 */
export function readJson<T>(host: string, response: UpstreamResponse, schema: z.ZodType<T>): T {
  refuseOtherThanOk(host, response);
  const parsed = schema.safeParse(tryJson(response.text));
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.join(".") ?? "";
  const reason = `expected JSON as documented: received something else${place === "" ? "" : ` at "${place}"`}`;
  throw new UpstreamError(host, "unexpected", reason, { status: response.status });
}

/** @throws {UpstreamError} as {@link readJson}. */
export function refuseOtherThanOk(host: string, response: UpstreamResponse): void {
  const { status } = response;
  if (status === 200) return;
  if (status === 400) {
    const reason = `it found the request wrong: ${messageOf(response) ?? "without a reason"}`;
    throw new UpstreamError(host, "rejected", reason, { status });
  }
  throw new UpstreamError(host, "unexpected", `it answered ${status}`, { status });
}

/**
 * Whether an answer says that there is no such player: a 204 without a body, or a 404 that is Mojang's own. A page of
 * some gateway that has lost its way is a 404 too.
 */
export function saysAbsent(response: UpstreamResponse): boolean {
  return response.status === 204 || (response.status === 404 && isOwnError(response));
}

function isOwnError({ contentType, text }: UpstreamResponse): boolean {
  if (contentType !== "application/json") return false;
  const body = tryJson(text);
  return typeof body === "object" && body !== null && ("errorMessage" in body || "path" in body);
}

function messageOf({ text }: UpstreamResponse): string | undefined {
  const body = tryJson(text);
  const message: unknown =
    typeof body === "object" && body !== null ? Reflect.get(body, "errorMessage") : undefined;
  return typeof message === "string" ? message.slice(0, 256) : undefined;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing that any schema expects.
    return undefined;
  }
}
