/** `rpc.EventService`: what the cache takes in. */
import { Metadata, status as Status } from "@grpc/grpc-js";
import type { ServerWritableStream } from "@grpc/grpc-js";
import type { Logger } from "pino";

import type { Clock } from "../../host/main.js";
import type { MojangCache } from "../../mojang/main.js";
import { encodeEvent } from "./event-message.js";
import { EventBroadcast } from "./event-broadcast.js";
import type { BroadcastEnd } from "./event-broadcast.js";
import { GrpcError } from "./grpc-error.js";
import type { Empty } from "./messages.js";
import { statusOf } from "./status-of.js";
import type { Wire } from "./wire.js";

export interface EventServiceOptions {
  readonly mojang: MojangCache;
  readonly wire: Wire;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Streams that may be open at once. */
  readonly maxListeners: number;
  /** How long a client may take for an event, and for the news that it hears no more. */
  readonly takeTimeoutMs: number;
  /** Cuts the connection of a client, named as `getPeer()` of its call has it. */
  readonly cut: (peer: string) => void;
}

/** A stream of events, whose messages are bytes already. */
export type EventCall = ServerWritableStream<Empty, Buffer>;

/** Of a burst: as many names as 400 pages bring, several times what the budget has at once. */
const MAX_KEPT_EVENTS = 4_096;
/** A profile is some 2 kB. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/** Why a stream was ended, for its client. */
const REASONS: Readonly<Record<BroadcastEnd, GrpcError>> = {
  behind: new GrpcError(
    Status.RESOURCE_EXHAUSTED,
    `Cannot go on with events: the client is more than ${MAX_KEPT_EVENTS} events behind`,
  ),
  stalled: new GrpcError(
    Status.RESOURCE_EXHAUSTED,
    "Cannot go on with events: the client has stopped taking them",
  ),
  closed: new GrpcError(Status.UNAVAILABLE, "Cannot go on with events: the server is stopping"),
};

/** Streams what is newly written from Mojang's answers, to each client from when it has asked on. */
export class EventService {
  readonly #options: EventServiceOptions;
  readonly #broadcast: EventBroadcast;
  readonly #stopListening: () => void;
  /** Streams that are open, those included that were ended and whose clients have not taken notice yet. */
  #open = 0;

  constructor(options: EventServiceOptions) {
    const { mojang, wire, clock, takeTimeoutMs } = options;
    this.#options = options;
    this.#broadcast = new EventBroadcast({
      clock,
      maxEvents: MAX_KEPT_EVENTS,
      maxBytes: MAX_KEPT_BYTES,
      stallMs: takeTimeoutMs,
    });
    this.#stopListening = mojang.onEntry((event) => {
      if (this.#broadcast.size > 0) this.#broadcast.publish(encodeEvent(wire, event));
    });
  }

  /** Serves one stream until its client, or {@link close}, ends it. */
  stream(call: EventCall): void {
    if (call.cancelled) return;
    const { maxListeners } = this.#options;
    if (this.#open >= maxListeners) {
      const limit = `Cannot listen: expected at most ${maxListeners} listeners at once ("maxEventListeners")`;
      fail(call, new GrpcError(Status.RESOURCE_EXHAUSTED, limit));
      return;
    }
    this.#open += 1;
    let cancelCut: (() => void) | undefined;
    const leave = this.#broadcast.listen({
      write: (event, onTaken) => void call.write(event, onTaken),
      end: (reason) => {
        fail(call, REASONS[reason]);
        cancelCut = this.#cutLater(call, reason);
      },
    });
    // However it ends, grpc-js says so, and once.
    call.once("cancelled", () => {
      this.#open -= 1;
      cancelCut?.();
      leave();
    });
    // Says that it has begun to listen: what comes after that is heard.
    call.sendMetadata(new Metadata());
  }

  /** Ends all streams. */
  close(): void {
    this.#stopListening();
    this.#broadcast.close();
  }

  /** The status is sent after what the client has not taken yet, and may never be. */
  #cutLater(call: EventCall, reason: BroadcastEnd): () => void {
    const { logger, clock, cut, takeTimeoutMs } = this.#options;
    const peer = call.getPeer();
    if (reason !== "closed")
      logger.warn({ peer, reason }, "Dropped a listener of events that does not take them");
    return clock.schedule(() => cut(peer), takeTimeoutMs);
  }
}

/** grpc-js takes an error of the stream for the status it is to end with. */
function fail(call: EventCall, error: GrpcError): void {
  call.emit("error", statusOf(error));
}
