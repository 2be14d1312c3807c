/**
 * Connects an app, and gRPC beside it, to a port, with limits against slow or greedy clients and an end within a time
 * limit.
 */
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Hono } from "hono";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server as TlsServer } from "node:https";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Logger } from "pino";

import { errorResponse } from "./error-response.js";
import type { GrpcEndpoint } from "./grpc/grpc-endpoint.js";
import { HttpError } from "./http-error.js";
import { ListenError } from "./listen-error.js";
import { onProtocol } from "./protocol-of.js";
import { refuseBrokenRequest } from "./refuse-broken-request.js";
import type { ServerEnv } from "./server-env.js";
import type { TlsMaterial } from "./tls-files.js";
import { whenOver } from "./when-over.js";

/** What {@link HttpListener} works with. */
export interface HttpListenerOptions {
  readonly logger: Logger;
  readonly maxConnections: number;
  /** A client that announces more is not asked to send it. */
  readonly maxBodyBytes: number;
  /** How long a request may take to arrive, and its response to be taken. */
  readonly requestTimeoutMs: number;
  /** How long a connection may stay open between requests. */
  readonly keepAliveTimeoutMs: number;
  /** Serves connections that speak HTTP/2; without it, nobody does. */
  readonly grpc?: GrpcEndpoint | undefined;
  /** Whether the globals `Request` and `Response` are the server's to replace: see `ServerOptions`. */
  readonly ownsGlobals: boolean;
  /** Absent: plain HTTP. */
  readonly tls?: TlsMaterial | undefined;
}

/** Node's own default, spelled out because the limit of URLs and keys depends on it. */
const MAX_HEADER_BYTES = 16_384;
/** How long headers may take to arrive: they fit a few packets. */
const HEADERS_TIMEOUT_MS = 10_000;
/**
 * Requests that a connection may have under way: Node takes as many as come before the first is answered, and what each of
 * them holds is bounded only by how many there are. Clients that pipeline at all send a few.
 */
const MAX_UNDER_WAY = 16;
/** How often Node looks for requests that take too long: its default of 30 s is coarser than our limits. */
const TIMEOUT_CHECK_MS = 1_000;

/**
 * What can be agreed upon within TLS; the first that the client offers as well is taken. Clients of gRPC offer HTTP/2 alone.
 * Browsers and most programs offer both, and are served HTTP/1.1.
 */
const PROTOCOLS = ["http/1.1", "h2"];

/** Listens, hands requests to an app and sends what it answers. */
export class HttpListener {
  readonly #logger: Logger;
  readonly #requestTimeoutMs: number;
  readonly #answer: ReturnType<typeof getRequestListener>;
  readonly #server: Server;
  readonly #grpc: GrpcEndpoint | undefined;
  /** The same one, where it speaks TLS. */
  readonly #tlsServer: TlsServer | undefined;
  /**
   * Connections that have sent no request yet, a handshake included, by the address of the client: Node does not count
   * them as idle, and has another socket for what is within TLS.
   */
  readonly #silent = new Map<string, Socket>();
  /** How many requests of each connection are not answered. */
  readonly #underWay = new WeakMap<Socket, number>();

  constructor(app: Hono<ServerEnv>, options: HttpListenerOptions) {
    this.#logger = options.logger;
    this.#requestTimeoutMs = options.requestTimeoutMs;
    this.#grpc = options.grpc;
    this.#answer = getRequestListener((request, env) => app.fetch(request, env), {
      hostname: "localhost", // Where there is no Host header, as HTTP/1.0 allows.
      // Its own `Response` keeps a body as it was given. Node's makes a stream of it, which has to be read again.
      overrideGlobalObjects: options.ownsGlobals,
      errorHandler: (error) => this.#refuse(error),
    });
    const headersTimeout = Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs);
    const limits = {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: options.keepAliveTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    };
    const tls = options.tls && { ...options.tls, ALPNProtocols: PROTOCOLS, handshakeTimeout: headersTimeout };
    this.#tlsServer = tls && createTlsServer({ ...limits, ...tls });
    this.#server = this.#tlsServer ?? createServer(limits);
    this.#server.maxConnections = options.maxConnections;
    if (options.grpc !== undefined) this.#divide(options.grpc, headersTimeout);
    this.#server.prependListener("connection", (socket) => {
      const client = clientOf(socket);
      this.#silent.set(client, socket);
      socket.once("close", () => this.#silent.delete(client));
    });
    this.#server.on("request", (message, reply) => void this.#serve(message, reply));
    this.#server.on("checkContinue", (message, reply) => {
      if (Number(message.headers["content-length"] ?? 0) <= options.maxBodyBytes) reply.writeContinue();
      void this.#serve(message, reply);
    });
    this.#server.on("clientError", refuseBrokenRequest);
  }

  /** @throws {ListenError} the address cannot be listened on. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    this.#server.listen({ host, port });
    try {
      await once(this.#server, "listening");
    } catch (error) {
      throw new ListenError(host, port, error as NodeJS.ErrnoException); // What "error" is emitted with.
    }
    // From here on an error is one of accepting, for want of file descriptors: the server goes on.
    this.#server.on("error", (error) => this.#logger.error({ err: error }, "Cannot accept connection"));
    const address = this.#server.address();
    if (address === null || typeof address === "string")
      throw new TypeError("Expected an IP address and a port");
    return address;
  }

  /** Shows another certificate from the next handshake on; a listener for plain HTTP has none. */
  useTls(tls: TlsMaterial): void {
    this.#tlsServer?.setSecureContext(tls);
  }

  /**
   * Has clients of gRPC make new calls elsewhere, and those under way end for at most `limitMs`. Others are told by the app,
   * which is to answer with `Connection: close` from now on.
   */
  drain(limitMs: number): void {
    this.#grpc?.drain(limitMs);
  }

  /**
   * Accepts nothing more, cuts idle connections, lets requests and calls under way end for at most `limitMs`, then cuts what
   * is left. The app is to answer with `Connection: close` from now on; otherwise a connection stays until it has been idle
   * long enough.
   */
  async close(limitMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#silent.values()) socket.destroy();
    const timer = setTimeout(() => {
      this.#logger.warn("Cutting connections that are still busy");
      this.#server.closeAllConnections();
    }, limitMs);
    await Promise.all([closed, this.#grpc?.close(limitMs)]);
    clearTimeout(timer);
  }

  /**
   * Hands connections that speak HTTP/2 to gRPC, and the others to Node's own HTTP, which had them all. Within TLS client
   * and server have agreed on one of them; even so HTTP/2 has to begin in time.
   */
  #divide(grpc: GrpcEndpoint, limitMs: number): void {
    const event = this.#tlsServer === undefined ? "connection" : "secureConnection";
    const listeners = this.#server.listeners(event);
    this.#server.removeAllListeners(event);
    this.#server.on(event, (socket: Socket) => {
      const serveHttp = (): void => listeners.forEach((listener) => listener.call(this.#server, socket));
      if (socket instanceof TLSSocket && socket.alpnProtocol !== "h2") return serveHttp();
      onProtocol(socket, limitMs, (protocol) => {
        if (protocol === "http/1.1") return serveHttp();
        this.#silent.delete(clientOf(socket));
        grpc.accept(socket);
      });
    });
  }

  /** Never rejects. */
  async #serve(message: IncomingMessage, reply: ServerResponse): Promise<void> {
    const { socket } = message;
    this.#silent.delete(clientOf(socket));
    if (!this.#begin(reply)) {
      socket.destroy();
      return;
    }
    await this.#answer(message, reply);
    if (reply.closed || socket.writableLength === 0 || isEventStream(reply)) return;
    // The client has not taken the whole response at once, and shall not hold it for ever.
    const timer = setTimeout(() => socket.destroy(), this.#requestTimeoutMs);
    whenOver(reply, () => clearTimeout(timer));
  }

  /** Whether a connection may have a further request under way. */
  #begin(reply: ServerResponse): boolean {
    const { socket } = reply.req;
    const count = this.#underWay.get(socket) ?? 0;
    if (count === MAX_UNDER_WAY) return false;
    this.#underWay.set(socket, count + 1);
    whenOver(reply, () => this.#underWay.set(socket, (this.#underWay.get(socket) ?? 1) - 1));
    return true;
  }

  /** Answers a URL or `Host` that no `Request` can be made of, and what even the app's own error handler has missed. */
  #refuse(error: unknown): Response {
    const isBadRequest = error instanceof RequestError;
    if (!isBadRequest) this.#logger.error({ err: error }, "Cannot serve request");
    const { status, body } = errorResponse(
      isBadRequest
        ? new HttpError(400, "STOCKPILE_REQUEST_INVALID", `Cannot take request: ${error.message}`)
        : error,
    );
    return Response.json(body, { status });
  }
}

/** No two connections to one port have the same. */
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** A stream of events goes on for as long as its client reads, and itself drops a client that does not. */
function isEventStream(reply: ServerResponse): boolean {
  return String(reply.getHeader("content-type")).startsWith("text/event-stream");
}
