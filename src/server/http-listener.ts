/**
 * The HTTP server: connections, limits against slow or greedy clients, and an end within a time limit.
 *
 * It stands on `node:http` alone, so that an embedder's install needs no framework. What is bounded, and by what:
 * connections by `maxConnections`; a request's arrival by `requestTimeoutMs`; bodies, both ways, by one
 * `ByteBudget`; a client that does not take its answer by `requestTimeoutMs` again; an idle connection by
 * `keepAliveTimeoutMs`. How long a handler may take is the handler's affair.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Logger } from "pino";

import { ByteBudget } from "./byte-budget.js";
import { errorResponse } from "./error-response.js";
import type { HttpHandler, HttpResponse } from "./http-message.js";
import { ListenError } from "./listen-error.js";
import { refuseBrokenRequest } from "./refuse-broken-request.js";
import { RequestBody } from "./request-body.js";

/** What {@link HttpListener} works with. */
export interface HttpListenerOptions {
  readonly logger: Logger;
  readonly maxConnections: number;
  /** Bytes of request and response bodies held at once. */
  readonly maxInFlightBytes: number;
  /** How long a request may take to arrive, and its response to be taken. */
  readonly requestTimeoutMs: number;
  /** How long a connection may stay open between requests. */
  readonly keepAliveTimeoutMs: number;
}

/** Node's own default, spelled out because the limit of URLs and keys depends on it. */
const MAX_HEADER_BYTES = 16_384;
/** How long headers may take to arrive: they fit a few packets. */
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for requests that take too long: its default of 30 s is coarser than our limits. */
const TIMEOUT_CHECK_MS = 1_000;
/**
 * How long a refused body is still read, and dropped. A connection closed with unread bytes is reset, and the client
 * loses the response that says why.
 */
const LINGER_MS = 2_000;

/** On every response: values change at any time, and no other site is to read or embed them. */
const COMMON_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Listens, hands requests to a handler and sends what it answers. */
export class HttpListener {
  readonly #handle: HttpHandler;
  readonly #options: HttpListenerOptions;
  readonly #server: Server;
  readonly #budget: ByteBudget;
  /** Open connections, and how many requests are under way on each. */
  readonly #connections = new Map<Socket, number>();
  #isClosing = false;

  constructor(handle: HttpHandler, options: HttpListenerOptions) {
    this.#handle = handle;
    this.#options = options;
    this.#budget = new ByteBudget(options.maxInFlightBytes);
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs),
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: options.keepAliveTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    });
    this.#server.maxConnections = options.maxConnections;
    this.#server.on("connection", (socket: Socket) => this.#track(socket));
    this.#server.on("request", (message, reply) => void this.#serve(message, reply, false));
    this.#server.on("checkContinue", (message, reply) => void this.#serve(message, reply, true));
    this.#server.on("clientError", refuseBrokenRequest);
  }

  /** @throws {ListenError} the address cannot be listened on. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      const onError = (error: Error) => reject(new ListenError(host, port, error));
      this.#server.once("error", onError);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", onError);
        resolve();
      });
    });
    // From here on an error is one of accepting, for want of file descriptors: the server goes on.
    this.#server.on("error", (error) =>
      this.#options.logger.error({ err: error }, "Cannot accept connection"),
    );
    const address = this.#server.address();
    if (address === null || typeof address === "string")
      throw new TypeError("Expected an IP address and a port");
    return address;
  }

  /** Accepts nothing more, lets requests under way end for at most `limitMs`, then cuts what is left. */
  async close(limitMs: number): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const [socket, requests] of this.#connections) if (requests === 0) socket.destroy();
    const timer = setTimeout(() => {
      this.#options.logger.warn(
        { connections: this.#connections.size },
        "Cutting connections that are still busy",
      );
      for (const socket of this.#connections.keys()) socket.destroy();
    }, limitMs);
    await closed;
    clearTimeout(timer);
  }

  #track(socket: Socket): void {
    this.#connections.set(socket, 0);
    socket.once("close", () => this.#connections.delete(socket));
  }

  /** Never rejects. */
  async #serve(message: IncomingMessage, reply: ServerResponse, isContinueExpected: boolean): Promise<void> {
    const startedAt = performance.now();
    const { socket, method = "", url: target = "", headers } = message;
    const body = new RequestBody(message, this.#budget, () => isContinueExpected && reply.writeContinue());
    this.#connections.set(socket, (this.#connections.get(socket) ?? 0) + 1);
    reply.once("close", () => {
      body.release();
      this.#endRequest(socket);
    });
    const response = await this.#answer(() =>
      this.#handle({ method, target, headers, readBody: (maxBytes) => body.read(maxBytes) }),
    );
    const elapsedMs = Math.round(performance.now() - startedAt);
    this.#options.logger.debug(
      { method, target: target.slice(0, 256), status: response.status, elapsedMs },
      "Served",
    );
    if (!reply.destroyed) this.#send(message, reply, body.isUnread, response);
  }

  async #answer(handle: () => Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      return await handle();
    } catch (error) {
      const response = errorResponse(error);
      // A failing backend is the host's to report, once; here it would be a line per request.
      if (response.status === 500) this.#options.logger.error({ err: error }, "Cannot serve request");
      return response;
    }
  }

  #send(message: IncomingMessage, reply: ServerResponse, isUnread: boolean, wanted: HttpResponse): void {
    const { status, headers, body } = this.#holdBody(reply, wanted);
    reply.writeHead(status, {
      ...COMMON_HEADERS,
      ...headers,
      ...(body === undefined ? {} : { "content-length": body.byteLength }),
      ...(this.#isClosing || isUnread ? { connection: "close" } : {}),
    });
    if (isUnread) return linger(message, reply, body);
    reply.end(body);
    if (message.socket.writableLength > 0) this.#limitTaking(message.socket, reply);
  }

  /** Counts the body of a good response until it has been sent; one that does not fit is not sent. */
  #holdBody(reply: ServerResponse, response: HttpResponse): HttpResponse {
    const bytes = response.status === 200 ? (response.body?.byteLength ?? 0) : 0;
    try {
      this.#budget.take(bytes);
    } catch (error) {
      return errorResponse(error);
    }
    reply.once("close", () => this.#budget.release(bytes));
    return response;
  }

  /** The client has not taken the whole response at once, and shall not hold it for ever. */
  #limitTaking(socket: Socket, reply: ServerResponse): void {
    const timer = setTimeout(() => socket.destroy(), this.#options.requestTimeoutMs);
    reply.once("close", () => clearTimeout(timer));
  }

  #endRequest(socket: Socket): void {
    const requests = this.#connections.get(socket);
    if (requests === undefined) return;
    this.#connections.set(socket, requests - 1);
    // Its last response may have been begun before the server was closing, without telling the client.
    if (this.#isClosing && requests === 1) socket.destroySoon();
  }
}

/** Sends the response, and ends the connection once the client has stopped sending or {@link LINGER_MS} have passed. */
function linger(message: IncomingMessage, reply: ServerResponse, body: Uint8Array | undefined): void {
  reply.flushHeaders();
  if (body !== undefined) reply.write(body);
  const end = () => {
    clearTimeout(timer);
    reply.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  message.once("end", end).once("close", end).resume();
}
