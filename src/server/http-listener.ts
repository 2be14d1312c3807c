/**
 * Connects an app, and gRPC beside it, to a port, with limits against slow or greedy clients and an end within a time
 * limit.
 */
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Hono } from "hono";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Logger } from "pino";

import { errorResponse } from "./error-response.js";
import type { GrpcEndpoint } from "./grpc/grpc-endpoint.js";
import { HttpError } from "./http-error.js";
import { ListenError } from "./listen-error.js";
import { onProtocol } from "./protocol-of.js";
import { refuseBrokenRequest } from "./refuse-broken-request.js";
import type { ServerEnv } from "./server-env.js";

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
}

/** Node's own default, spelled out because the limit of URLs and keys depends on it. */
const MAX_HEADER_BYTES = 16_384;
/** How long headers may take to arrive: they fit a few packets. */
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for requests that take too long: its default of 30 s is coarser than our limits. */
const TIMEOUT_CHECK_MS = 1_000;

/** Listens, hands requests to an app and sends what it answers. */
export class HttpListener {
  readonly #logger: Logger;
  readonly #requestTimeoutMs: number;
  readonly #answer: ReturnType<typeof getRequestListener>;
  readonly #server: Server;
  readonly #grpc: GrpcEndpoint | undefined;
  /** Connections that have sent no request yet: Node does not count them as idle. */
  readonly #silent = new Set<Socket>();

  constructor(app: Hono<ServerEnv>, options: HttpListenerOptions) {
    this.#logger = options.logger;
    this.#requestTimeoutMs = options.requestTimeoutMs;
    this.#grpc = options.grpc;
    this.#answer = getRequestListener((request, env) => app.fetch(request, env), {
      hostname: "localhost", // Where there is no Host header, as HTTP/1.0 allows.
      overrideGlobalObjects: false, // The application around us keeps its Request and Response.
      errorHandler: (error) => this.#refuse(error),
    });
    const headersTimeout = Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs);
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: options.keepAliveTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    });
    this.#server.maxConnections = options.maxConnections;
    if (options.grpc !== undefined) this.#divide(options.grpc, headersTimeout);
    this.#server.prependListener("connection", (socket) => {
      this.#silent.add(socket);
      socket.once("close", () => this.#silent.delete(socket));
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

  /**
   * Accepts nothing more, lets requests and calls under way end for at most `limitMs`, then cuts what is left. The app is to
   * answer with `Connection: close` from now on; otherwise a connection stays until it has been idle long enough.
   */
  async close(limitMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#silent) socket.destroy();
    const timer = setTimeout(() => {
      this.#logger.warn("Cutting connections that are still busy");
      this.#server.closeAllConnections();
    }, limitMs);
    await Promise.all([closed, this.#grpc?.close(limitMs)]);
    clearTimeout(timer);
  }

  /** Hands connections that speak HTTP/2 to gRPC, and the others to Node's own HTTP, which had them all. */
  #divide(grpc: GrpcEndpoint, limitMs: number): void {
    const listeners = this.#server.listeners("connection");
    this.#server.removeAllListeners("connection");
    this.#server.on("connection", (socket) => {
      onProtocol(socket, limitMs, (protocol) => {
        if (protocol === "http/1.1")
          return listeners.forEach((listener) => listener.call(this.#server, socket));
        this.#silent.delete(socket);
        grpc.accept(socket);
      });
    });
  }

  /** Never rejects. */
  async #serve(message: IncomingMessage, reply: ServerResponse): Promise<void> {
    const { socket } = message;
    this.#silent.delete(socket);
    await this.#answer(message, reply);
    if (reply.closed || socket.writableLength === 0 || isEventStream(reply)) return;
    // The client has not taken the whole response at once, and shall not hold it for ever.
    const timer = setTimeout(() => socket.destroy(), this.#requestTimeoutMs);
    reply.once("close", () => clearTimeout(timer));
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

/** A stream of events goes on for as long as its client reads, and itself drops a client that does not. */
function isEventStream(reply: ServerResponse): boolean {
  return String(reply.getHeader("content-type")).startsWith("text/event-stream");
}
