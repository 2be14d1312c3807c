/** Serves gRPC on connections that somebody else has accepted. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { ConnectionInjector } from "@grpc/grpc-js";
import type { Socket } from "node:net";
import type { Logger } from "pino";

import type { Clock, Stockpile } from "../../host/main.js";
import type { MojangCache } from "../../mojang/main.js";
import type { RequestMetrics } from "../metrics/request-metrics.js";
import { boundCalls } from "./bound-calls.js";
import { EventService } from "./event-service.js";
import { limitCalls } from "./limit-calls.js";
import { measureCalls } from "./measure-calls.js";
import { refuseForeignAuthority } from "./refuse-foreign-authority.js";
import { createServices } from "./services.js";
import { Wire } from "./wire.js";

export interface GrpcEndpointOptions {
  readonly stockpile: Stockpile;
  /** Where the configuration has a section "mojang". */
  readonly mojang: MojangCache | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Clients that may listen to events at once. */
  readonly maxListeners: number;
  /** How long a client may take to send a request, and to take an answer or an event. */
  readonly takeTimeoutMs: number;
  /** Names that a call may be for, besides `localhost` and IP addresses; default: any. */
  readonly hosts?: readonly string[] | undefined;
  /** Counts the calls. */
  readonly metrics: RequestMetrics;
}

/** The largest request: a list of some 20,000 names of usual length. */
export const MAX_REQUEST_BYTES: number = 256 * 1024;
/** Calls that hold a request at once, on all connections together: of the largest 512 MB. */
export const MAX_REQUESTS = 2_048;
/** A list counts for a call for each hundred of its names: they are held until its client has taken the answer. */
const NAMES_OF_A_CALL = 100;
/** Calls at once on one connection, streams of events included. */
const MAX_CALLS = 2_048;
/** In MB, of what the calls of one connection have HTTP/2 hold; grpc-js has no limit. It is enough for MAX_CALLS. */
const MAX_SESSION_MEGABYTES = 4;
/** A connection without a call is kept as long; clients open another when they need one. */
const IDLE_MS = 60_000;
/** How long a client may take, when its connection is silent, to say that it is still there. */
const PING_TIMEOUT_MS = 10_000;

/** All of gRPC, without a port of its own. */
export class GrpcEndpoint {
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #events: EventService | undefined;
  /** By remote address and port, as grpc-js names the peer of a call. */
  readonly #sockets = new Map<string, Socket>();

  constructor({ mojang, metrics, hosts, ...options }: GrpcEndpointOptions) {
    const { clock, takeTimeoutMs } = options;
    const wire = new Wire();
    const cut = (peer: string): void => void this.#sockets.get(peer)?.destroy();
    this.#server = new Server({
      "grpc.max_receive_message_length": MAX_REQUEST_BYTES,
      "grpc.max_concurrent_streams": MAX_CALLS,
      "grpc.max_connection_idle_ms": IDLE_MS,
      "grpc.keepalive_time_ms": takeTimeoutMs,
      "grpc.keepalive_timeout_ms": Math.min(PING_TIMEOUT_MS, takeTimeoutMs),
      "grpc-node.max_session_memory": MAX_SESSION_MEGABYTES,
      "grpc.enable_channelz": 0, // Nobody reads it.
      interceptors: [
        measureCalls(metrics),
        ...(hosts === undefined ? [] : [refuseForeignAuthority(hosts)]),
        boundCalls(MAX_REQUESTS, countOf),
        limitCalls({ clock, timeoutMs: takeTimeoutMs, cut }),
      ],
    });
    this.#events = mojang && new EventService({ ...options, mojang, wire, cut });
    const domain = mojang && this.#events && { mojang, events: this.#events };
    for (const { definition, handlers } of createServices({ ...options, wire, domain })) {
      this.#server.addService(definition, handlers);
    }
    // Encrypted or not, what comes here is to be read as it is.
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  /** Serves a connection that speaks HTTP/2, until its client or {@link close} ends it. */
  accept(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#sockets.set(peer, socket);
    socket.once("close", () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
    // HTTP/1.1 leaves a client that sends no more time for its answer. Without its acknowledgements none comes here.
    socket.allowHalfOpen = false;
    this.#injector.injectConnection(socket);
  }

  /** Has clients make further calls on connections that they open anew. What is under way after `limitMs` is cut. */
  drain(limitMs: number): void {
    this.#injector.drain(limitMs);
  }

  /** Ends streams of events, takes no further calls, lets those under way end for at most `limitMs`, then cuts them. */
  async close(limitMs: number): Promise<void> {
    this.#events?.close();
    const ended = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    const timer = setTimeout(() => {
      this.#server.forceShutdown();
      // A client that takes nothing would hold its connection even so.
      for (const socket of this.#sockets.values()) socket.destroy();
    }, limitMs);
    await ended;
    clearTimeout(timer);
  }
}

function countOf(request: object): number {
  const names = "names" in request && Array.isArray(request.names) ? request.names.length : 0;
  return Math.max(1, Math.ceil(names / NAMES_OF_A_CALL));
}
