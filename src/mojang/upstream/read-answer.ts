/** Reading what a host of Mojang's has answered. */
import type { z } from "zod";

import type { UpstreamResponse } from "./send-request.js";
import { UpstreamError } from "./upstream-error.js";

/**
 * The JSON of a 200.
 * @throws {UpstreamError} `rejected`: a 400 of Mojang's own. `unexpected`: another status, or something else
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
  if (isRejection(response)) {
    const upstreamMessage = messageOf(response);
    const reason = `it found the request wrong: ${upstreamMessage ?? "without a reason"}`;
    throw new UpstreamError(host, "rejected", reason, { status, upstreamMessage });
  }
  throw new UpstreamError(host, "unexpected", `it answered ${status}`, { status });
}

/**
 * Refuses an answer about another player than was asked for: kept, it would be told of the wrong one for days.
 * @throws {UpstreamError} `unexpected`.
 */
export function refuseOthers(host: string, response: UpstreamResponse, isAsked: boolean): void {
  if (isAsked) return;
  const reason = "expected the player who was asked for: received another";
  throw new UpstreamError(host, "unexpected", reason, { status: response.status });
}

/** What was asked for: a player by name, a player by id, or something of the session server's. */
export type Question = "name" | "id" | "session";

/**
 * Whether an answer says that there is no such player: a 204, or a 404 with the body that Mojang has for the question. A
 * page of some gateway that has lost its way is a 404 too, and so is an endpoint that Mojang has removed, whose body
 * differs in its `error` alone.
 */
export function saysAbsent(response: UpstreamResponse, question: Question): boolean {
  if (response.status === 204) return true;
  if (response.status !== 404 || question === "session") return false;
  const { error, errorMessage } = readError(response);
  if (question === "id") return error === "NOT FOUND";
  return error === undefined && typeof errorMessage === "string";
}

/** Whether it is Mojang that found the request wrong: a gateway has a 400 of its own, which says nothing of names and ids. */
export function isRejection(response: UpstreamResponse): boolean {
  return findsWrong(response) || (response.status === 400 && messageOf(response) !== undefined);
}

/** Whether it is what was asked about that Mojang found wrong: nobody has such a name. */
export function findsWrong(response: UpstreamResponse): boolean {
  return response.status === 400 && readError(response).error === "CONSTRAINT_VIOLATION";
}

/** Mojang's own account of an error; empty where it is somebody else's. */
function readError({ contentType, text }: UpstreamResponse): { error?: unknown; errorMessage?: unknown } {
  const body = contentType === "application/json" ? tryJson(text) : undefined;
  return typeof body === "object" && body !== null ? body : {};
}

function messageOf(response: UpstreamResponse): string | undefined {
  const { errorMessage } = readError(response);
  return typeof errorMessage === "string" ? errorMessage.slice(0, 256) : undefined;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing that any schema expects.
    return undefined;
  }
}
