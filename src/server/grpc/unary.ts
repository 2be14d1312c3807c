/** Calls with one request and one answer. */
import { Metadata } from "@grpc/grpc-js";
import type { handleUnaryCall, sendUnaryData, ServerUnaryCall, StatusObject } from "@grpc/grpc-js";
import { status as Status } from "@grpc/grpc-js";
import type { Logger } from "pino";

import type { Clock } from "../../host/main.js";
import type { Answer } from "../../mojang/main.js";
import { statusOf } from "./status-of.js";

/** What a call is answered with. */
export interface Reply<Response> {
  readonly message: Response;
  /** Where it came from; told in the metadata. */
  readonly origin?: Answer<unknown>;
}

/** Answers one request; may reject with anything. */
export type Answerer<Request, Response> = (request: Request) => Reply<Response> | Promise<Reply<Response>>;

export interface UnaryOptions {
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * The handler that sends what `answer` says. A call that was cancelled, or whose deadline has passed, was ended by grpc-js
 * already, and nothing is sent; what was loaded for it is in the cache, for the next one who asks.
 */
export function unary<Request, Response>(
  answer: Answerer<Request, Response>,
  { logger, clock }: UnaryOptions,
): handleUnaryCall<Request, Response> {
  const serve = async (
    call: ServerUnaryCall<Request, Response>,
    callback: sendUnaryData<Response>,
  ): Promise<void> => {
    const startedAt = performance.now();
    const log = (code: Status): void => {
      const elapsedMs = Math.round(performance.now() - startedAt);
      logger.debug({ method: call.getPath(), status: Status[code], elapsedMs }, "Served");
    };
    try {
      const { message, origin } = await answer(call.request);
      if (origin !== undefined) call.sendMetadata(metadataOf(origin, clock.now()));
      log(Status.OK);
      callback(null, message);
    } catch (error) {
      const status: Partial<StatusObject> = statusOf(error);
      if (status.code === Status.INTERNAL)
        logger.error({ err: error, method: call.getPath() }, "Cannot serve call");
      log(status.code ?? Status.INTERNAL);
      callback(status);
    }
  };
  return (call, callback) => void serve(call, callback);
}

/** As the headers of an answer over HTTP. */
function metadataOf({ source, stale, storedAt }: Answer<unknown>, now: number): Metadata {
  const metadata = new Metadata();
  metadata.set("x-stockpile-source", source);
  if (stale) metadata.set("x-stockpile-stale", "true");
  if (storedAt !== undefined) metadata.set("age", String(Math.max(0, Math.floor((now - storedAt) / 1000))));
  return metadata;
}
