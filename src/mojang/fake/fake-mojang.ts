/**
 * A Mojang for tests and development: an HTTP server on this machine that answers as today's does, with its limits, and
 * its faults when told. It knows the players it is given and no others, and signs with a key of its own.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { systemClock } from "../../host/main.js";
import type { Clock } from "../../host/main.js";
import { nameKey } from "../entities/player-name.js";
import type { BudgetLimits } from "../upstream/budget.js";
import { answerRequest, isSessionPath } from "./fake-answers.js";
import type { FakeRequest, FakeWorld } from "./fake-answers.js";
import { answerFault } from "./fake-faults.js";
import type { FakeFault } from "./fake-faults.js";
import { FakeLimit } from "./fake-limits.js";
import { DEV_PLAYERS, FakePlayers } from "./fake-players.js";
import type { FakePlayer } from "./fake-players.js";

export interface FakeMojangOptions {
  /** Default: a few made-up ones. */
  readonly players?: readonly string[];
  /** Default: as reported of Mojang, 200 in 2 minutes. */
  readonly servicesLimit?: BudgetLimits;
  /** Default: as reported of Mojang, 400 in 10 s. */
  readonly sessionsLimit?: BudgetLimits;
  readonly clock?: Clock;
}

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly body: string;
}

const SERVICES_LIMIT: BudgetLimits = { requests: 200, per: 120_000 };
const SESSIONS_LIMIT: BudgetLimits = { requests: 400, per: 10_000 };
/** The oldest are forgotten: a development server may run for weeks. */
const MAX_SEEN = 10_000;
const MAX_BODY_BYTES = 1_048_576;
/** Mojang's list is never empty. The SHA-1 of `blocked.invalid`, which no host is called. */
const NOBODYS_SERVER = "e2e8c34a2f045044feda5d3e6e4c548c13097eb7";

/** Serves from {@link FakeMojang.open} to {@link FakeMojang.close}. */
export class FakeMojang {
  /** As in `http://127.0.0.1:40000`: for `upstream.services` and `upstream.sessions` alike. */
  readonly url: string;
  readonly #server: Server;
  readonly #world: FakeWorld;
  readonly #limits: { readonly services: FakeLimit; readonly sessions: FakeLimit };
  readonly #seen: SeenRequest[] = [];
  #fault: { readonly fault: FakeFault; left: number } | undefined;

  private constructor(server: Server, players: FakePlayers, options: FakeMojangOptions) {
    const { servicesLimit = SERVICES_LIMIT, sessionsLimit = SESSIONS_LIMIT, clock = systemClock } = options;
    this.#server = server;
    this.#world = { players, joins: new Map(), refusedNames: new Set(), blockedServers: [NOBODYS_SERVER] };
    this.#limits = {
      services: new FakeLimit(servicesLimit, clock),
      sessions: new FakeLimit(sessionsLimit, clock),
    };
    const { port } = server.address() as AddressInfo; // it listens on an IP address
    this.url = `http://127.0.0.1:${port}`;
    server.on("request", (message, reply) => void this.#serve(message, reply));
  }

  /** Listens on a free port of the loopback address. */
  static async open(options: FakeMojangOptions = {}): Promise<FakeMojang> {
    const players = await FakePlayers.create();
    for (const name of options.players ?? DEV_PLAYERS) players.add(name);
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FakeMojang(server, players, options);
  }

  /** What came, from the oldest to the newest; of the last some thousand. */
  get seen(): readonly SeenRequest[] {
    return this.#seen;
  }

  /** Base64 of DER: what its signatures are checked with. */
  get publicKey(): string {
    return this.#world.players.publicKey;
  }

  /** The names of the players it knows. */
  get players(): readonly string[] {
    return this.#world.players.names;
  }

  /** Adds a player; one whose id is there already is renamed. */
  addPlayer(name: string, options: Partial<FakePlayer> = {}): FakePlayer {
    return this.#world.players.add(name, options);
  }

  /** Has a player join a server, from an address if that is given. */
  join(name: string, serverId: string, ip?: string): void {
    const player = this.#world.players.byName(name) ?? this.addPlayer(name);
    this.#world.joins.set(serverId, { player, ip });
  }

  /** @param hashes SHA-1 of addresses and patterns. */
  blockServers(hashes: readonly string[]): void {
    this.#world.blockedServers = hashes;
  }

  /** Finds a name wrong from now on, though it looks like others: by a rule that only Mojang knows. */
  refuseName(name: string): void {
    this.#world.refusedNames.add(nameKey(name));
  }

  /** Does something wrong with the next `times` requests; `undefined`: with none. */
  fail(fault: FakeFault | undefined, times: number = Number.POSITIVE_INFINITY): void {
    this.#fault = fault === undefined ? undefined : { fault, left: times };
  }

  /** Cuts every connection and listens no more. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Never rejects. */
  async #serve(message: IncomingMessage, reply: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(message);
      this.#note(message, request.body);
      this.#answer(request, reply);
    } catch {
      // The client is gone, or has sent what is no JSON: Mojang answers that with a page of its own.
      if (!reply.headersSent)
        reply.writeHead(400, { "content-type": "text/html" }).end("<html>Bad Request</html>");
    }
  }

  #note({ method = "", url = "" }: IncomingMessage, body: string): void {
    this.#seen.push({ method, target: url, body });
    if (this.#seen.length > MAX_SEEN) this.#seen.shift();
  }

  #answer(request: FakeRequest, reply: ServerResponse): void {
    const limit = isSessionPath(request.path) ? this.#limits.sessions : this.#limits.services;
    const fault = this.#takeFault() ?? (limit.admit() ? undefined : "limited");
    if (fault !== undefined) {
      answerFault(fault, request.path, reply);
      return;
    }
    const { status, body } = answerRequest(this.#world, request);
    if (body === undefined) reply.writeHead(status).end();
    else if (typeof body === "string")
      reply.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body);
    else {
      reply
        .writeHead(status, {
          "content-type": "application/json",
          "x-minecraft-rate-limit-result": "UNDER_LIMIT",
        })
        .end(JSON.stringify(body, undefined, 2));
    }
  }

  #takeFault(): FakeFault | undefined {
    const current = this.#fault;
    if (current === undefined || current.left <= 0) return undefined;
    current.left -= 1;
    return current.fault;
  }
}

async function readRequest(message: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new RangeError("The body is too large");
    chunks.push(chunk);
  }
  const { pathname, searchParams } = new URL(message.url ?? "/", "http://localhost");
  return {
    method: message.method === "HEAD" ? "GET" : (message.method ?? "GET"),
    path: pathname,
    query: searchParams,
    contentType: (message.headers["content-type"] ?? "").toLowerCase(),
    body: Buffer.concat(chunks, bytes).toString("utf8"),
  };
}
