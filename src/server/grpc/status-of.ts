/** Turns whatever a call failed with into its status. */
import { status as Status } from "@grpc/grpc-js";

import { isStockpileError } from "../../host/main.js";
import type { StockpileErrorCode } from "../../host/main.js";
import { upstreamErrorOf } from "../../mojang/main.js";
import type { UpstreamFailure } from "../../mojang/main.js";
import { GrpcError } from "./grpc-error.js";

/** How a call ended. */
export interface CallStatus {
  readonly code: Status;
  readonly details: string;
}

/**
 * What each error of the cache is in gRPC. A client may send a call again that ended with UNAVAILABLE; what it asked for
 * does not change anything here.
 */
const OF_CACHE: Readonly<Record<StockpileErrorCode, Status>> = {
  STOCKPILE_KEY_INVALID: Status.INVALID_ARGUMENT,
  STOCKPILE_VALUE_INVALID: Status.INVALID_ARGUMENT,
  STOCKPILE_CONFIG_INVALID: Status.FAILED_PRECONDITION,
  STOCKPILE_VALUE_TOO_LARGE: Status.RESOURCE_EXHAUSTED,
  STOCKPILE_UNSUPPORTED: Status.UNIMPLEMENTED,
  STOCKPILE_BACKEND_FAILED: Status.UNAVAILABLE,
  STOCKPILE_LOAD_FAILED: Status.UNAVAILABLE,
  STOCKPILE_PROTOCOL: Status.UNAVAILABLE,
  STOCKPILE_BACKEND_TAKEN: Status.UNAVAILABLE,
  STOCKPILE_PLUGIN_LOAD: Status.UNAVAILABLE,
  STOCKPILE_PLUGIN_UNAVAILABLE: Status.UNAVAILABLE,
  STOCKPILE_BACKEND_OVERLOADED: Status.RESOURCE_EXHAUSTED,
  STOCKPILE_CLOSED: Status.UNAVAILABLE,
  STOCKPILE_BACKEND_TIMEOUT: Status.DEADLINE_EXCEEDED,
  STOCKPILE_DEADLINE: Status.DEADLINE_EXCEEDED,
};

/** For look-ups by any text: an error of another version of Stockpile may have a code this one does not know. */
const OF_CODE: ReadonlyMap<string, Status> = new Map(Object.entries(OF_CACHE));

/** What each way in which Mojang does not answer is in gRPC. */
const OF_UPSTREAM: Readonly<Record<UpstreamFailure, Status>> = {
  budget: Status.RESOURCE_EXHAUSTED,
  limited: Status.RESOURCE_EXHAUSTED,
  unfinished: Status.RESOURCE_EXHAUSTED,
  rejected: Status.INVALID_ARGUMENT,
  timeout: Status.DEADLINE_EXCEEDED,
  paused: Status.UNAVAILABLE,
  blocked: Status.UNAVAILABLE,
  unreachable: Status.UNAVAILABLE,
  unavailable: Status.UNAVAILABLE,
  unexpected: Status.UNAVAILABLE,
  closed: Status.UNAVAILABLE,
};

/** Details travel in a header: enough for a sentence with what it is about. */
const MAX_DETAILS_CHARACTERS = 1_000;

/**
 * The status for `error`. What is neither a {@link GrpcError}, an error of Mojang's nor one of the cache is a fault of
 * ours: INTERNAL, which tells the client nothing of it.
 */
export function statusOf(error: unknown): CallStatus {
  if (error instanceof GrpcError) return build(error.code, error.message);
  const upstream = upstreamErrorOf(error);
  if (upstream !== undefined) return build(OF_UPSTREAM[upstream.failure], upstream.message);
  if (isStockpileError(error)) return build(OF_CODE.get(error.code) ?? Status.INTERNAL, error.message);
  return build(Status.INTERNAL, "Cannot serve call: an unexpected error has been logged");
}

function build(code: Status, message: string): CallStatus {
  // grpc-js throws, with nobody to catch it, for text that is not well-formed, as a client may send it to be told of.
  const details = Buffer.from(message.slice(0, MAX_DETAILS_CHARACTERS)).toString();
  return { code, details };
}
