/** Checks what clients send. Every function throws a {@link GrpcError} INVALID_ARGUMENT that says what was expected. */
import { status as Status } from "@grpc/grpc-js";
import { isIP } from "node:net";

import { parsePlayerId } from "../../mojang/main.js";
import type { JoinRequest } from "../../mojang/main.js";
import { GrpcError } from "./grpc-error.js";
import type { LoginRequest } from "./messages.js";

/** As many as the first Stockpile took. Each is hashed many times, in one turn of the event loop. */
const MAX_ADDRESSES = 100;
/** The end of the year 9999, in seconds: beyond it, dates have no form that all clients agree on. */
const MAX_TIMESTAMP = 253_402_300_799;
/** Longer than any name, server id or address. */
const MAX_TEXT_CHARACTERS = 255;

/** @returns 32 hexadecimal digits in lower case. */
export function readId(text: string): string {
  const id = parsePlayerId(text);
  if (id === undefined) throw invalid(`Cannot use id: expected a UUID: received ${quote(text)}`);
  return id;
}

/** @returns ms since the epoch; `undefined`: now. */
export function readTimestamp(seconds: number): number | undefined {
  if (seconds < 0 || seconds > MAX_TIMESTAMP)
    throw invalid(`Cannot use timestamp: expected 0 to ${MAX_TIMESTAMP} seconds: received ${seconds}`);
  return seconds === 0 ? undefined : seconds * 1000;
}

/** @throws {GrpcError} there are too many. */
export function readAddresses(addresses: readonly string[]): readonly string[] {
  // The first Stockpile's own words, which clients may look for.
  if (addresses.length > MAX_ADDRESSES)
    throw invalid(
      `cannot process more than ${MAX_ADDRESSES} addresses at once: received ${addresses.length}`,
    );
  return addresses;
}

export function readLogin({ displayName, serverId, ip }: LoginRequest): JoinRequest {
  const request = {
    username: readText("displayName", displayName),
    serverId: readText("serverId", serverId),
  };
  if (ip === "") return request;
  if (isIP(ip) === 0) throw invalid(`Cannot use ip: expected an IP address or none: received ${quote(ip)}`);
  return { ...request, ip };
}

function readText(name: string, text: string): string {
  if (text.length >= 1 && text.length <= MAX_TEXT_CHARACTERS) return text;
  throw invalid(
    `Cannot use ${name}: expected 1 to ${MAX_TEXT_CHARACTERS} characters: received ${quote(text)}`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

function invalid(message: string): GrpcError {
  return new GrpcError(Status.INVALID_ARGUMENT, message);
}
