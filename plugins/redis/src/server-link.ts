import { Command } from "ioredis";
import type { Redis } from "ioredis";
import { defer } from "./deferred.js";
import type { Fences, KnownConnection } from "./fences.js";
import { OWN_CODES, Shortfall } from "./shortfall.js";

/** The most commands a server may owe the answers of: beyond what a host has under way at a time, by default 4,096. */
const MAX_OWED = 16_384;

/** The most bytes of values among these: as many as a host has under way at a time by default. */
const MAX_OWED_BYTES = 64 * 1024 * 1024;

/** How often a connection without other traffic is tried, in ms, so that one that leads nowhere is noticed. */
const HEARTBEAT_MS = 5000;

export interface LinkOptions {
  /** Its address, for people. */
  readonly address: string;
  readonly fences: Fences;
  /** Whether ioredis keeps commands until the connection has come about; it fails them when it does not. */
  readonly isQueuing: boolean;
  readonly onReady: (link: ServerLink) => void;
  /** Called for every connection that ended or did not come about. */
  readonly onLost: (link: ServerLink, reason: string) => void;
}

/**
 * The connection to one server, with the limits this plugin gives it. ioredis makes and remakes it; a command goes out
 * at once or is refused, and waits for no longer than the connection lives.
 */
export class ServerLink {
  readonly redis: Redis;
  readonly address: string;
  /** Settles with the first connection, or the first attempt that has failed. */
  readonly opened: Promise<void>;
  readonly #options: LinkOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #owed = 0;
  #owedBytes = 0;
  #isCorked = false;
  #isClosed = false;
  #connection: KnownConnection | undefined;
  #peer = "";
  /** Why this attempt to connect, or the connection it led to, has failed. */
  #reason: string | undefined;
  /** Of the attempt before. */
  #lastReason = "no answer yet";

  constructor(redis: Redis, options: LinkOptions) {
    this.redis = redis;
    this.address = options.address;
    this.#options = options;
    const { promise, resolve } = defer<void>();
    this.opened = promise;
    redis.on("connecting", () => void (this.#reason = undefined));
    redis.on("connect", () => this.#greet());
    redis.on("ready", () => {
      resolve();
      this.#lastReason = "the end of the connection";
      if (!this.#isClosed) options.onReady(this);
    });
    redis.on("error", (error: Error) => this.#note(error));
    redis.on("close", () => {
      this.#lose();
      resolve();
    });
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  get isReady(): boolean {
    return this.redis.status === "ready";
  }

  /** Where the server is, seen from this connection: what stands behind a name may change. */
  get peer(): { readonly host: string; readonly port: number } | undefined {
    const { remoteAddress, remotePort } = this.redis.stream ?? {};
    return remoteAddress === undefined || remotePort === undefined
      ? undefined
      : { host: remoteAddress, port: remotePort };
  }

  /**
   * Sends a command. Replies come as buffers.
   * @param bytes those of the values in it.
   * @returns rejects with the error of Redis or of ioredis, or with a `Shortfall`.
   */
  async send(name: string, parts: (string | Buffer | number)[], bytes: number = 0): Promise<unknown> {
    this.#admit(bytes);
    this.#owed += 1;
    this.#owedBytes += bytes;
    try {
      this.#corkForThisTurn();
      return await this.redis.sendCommand(new Command(name, parts));
    } finally {
      this.#owed -= 1;
      this.#owedBytes -= bytes;
    }
  }

  /** What is missing while there is no connection. */
  get shortfall(): Shortfall {
    return new Shortfall(`a connection to ${this.address}`, this.#reason ?? this.#lastReason, OWN_CODES.down);
  }

  /** Ends it for good; nothing is told of that. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    this.redis.disconnect();
  }

  /** @throws {Shortfall} it cannot be sent now. */
  #admit(bytes: number): void {
    const { status } = this.redis;
    const isOnItsWay = status === "wait" || status === "connecting" || status === "connect";
    if (status !== "ready" && !(this.#options.isQueuing && isOnItsWay)) throw this.shortfall;
    const isFull = this.#owed >= MAX_OWED || (this.#owed > 0 && this.#owedBytes + bytes > MAX_OWED_BYTES);
    if (!isFull) return;
    throw new Shortfall(
      `${this.address} to owe at most ${MAX_OWED} answers and ${MAX_OWED_BYTES} bytes`,
      `${this.#owed} and ${this.#owedBytes}`,
      OWN_CODES.full,
    );
  }

  /** Commands of one turn leave as one write: ioredis makes one of each. */
  #corkForThisTurn(): void {
    const { stream } = this.redis;
    if (this.#isCorked || !this.isReady) return;
    this.#isCorked = true;
    stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      stream.uncork();
    });
  }

  /** Says what comes before everything else, before ioredis lets any command of ours through. */
  #greet(): void {
    const { redis } = this;
    const { host = "", port = 0 } = this.peer ?? {};
    this.#peer = `${host}:${port}`;
    this.#options.fences.raise(this.#peer, redis);
    redis.client("INFO").then(
      (info) => void (this.#connection = readConnection(info)),
      () => undefined, // not permitted, or lost again: then it cannot be ended later
    );
  }

  #note(error: Error & { readonly command?: { readonly name: string } }): void {
    // What comes after the first error of an attempt is its consequence.
    this.#reason ??= error.message;
    // ioredis would go on in another database than ours.
    if (error.command?.name === "select") this.redis.disconnect(true);
  }

  #lose(): void {
    if (this.#connection !== undefined) this.#options.fences.note(this.#peer, this.#connection);
    this.#connection = undefined;
    this.#lastReason = this.#reason ?? "the end of the connection";
    if (!this.#isClosed) this.#options.onLost(this, this.#lastReason);
  }

  #beat(): void {
    if (!this.isReady || this.#owed > 0) return;
    this.send("ping", []).catch(() => undefined); // the end of the connection is told by its events
  }
}

/** As in `id=7 addr=127.0.0.1:50212 laddr=127.0.0.1:6379 …`. */
function readConnection(info: unknown): KnownConnection | undefined {
  const { id, from } = /^id=(?<id>\d+) addr=(?<from>\S+) /.exec(String(info))?.groups ?? {};
  return id === undefined || from === undefined ? undefined : { id, from };
}
