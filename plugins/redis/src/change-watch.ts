import { Redis } from "ioredis";
import { backoff } from "./backoff.js";
import type { ConnectOptions } from "./client-options.js";
import type { ServerLink } from "./server-link.js";

/** Where Redis tells subscribers what has changed. */
const CHANNEL = "__redis__:invalidate";

/** How often a subscriber's connection is tried, in ms: nothing else would show that it leads nowhere. */
const HEARTBEAT_MS = 5000;

export interface WatchOptions {
  readonly link: ServerLink;
  /** Those of connections to this server. */
  readonly options: ConnectOptions;
  /** What the names of interest begin with. */
  readonly base: string;
  readonly onNames: (names: readonly Buffer[]) => void;
  /** Called when changes are heard of from now on, and may have been missed before. */
  readonly onAll: () => void;
  /** Called when changes are not heard of. */
  readonly onFailed: (error: Error) => void;
}

/**
 * Hears of the changes that others make on one server, for as long as one connection to it lives.
 *
 * The connection with our commands asks for them (`CLIENT TRACKING`), for all names with our prefix (`BCAST`), without
 * those it has changed itself (`NOLOOP`), to be told to a subscriber's connection (`REDIRECT`). So whoever changes an
 * entry is heard of, by whatever means, expiry and eviction included, at no cost to who writes; and one's own changes
 * are not.
 */
export class ChangeWatch {
  /** Settles after the first attempt: with the reason where it has failed. */
  readonly started: Promise<Error | undefined>;
  readonly #options: WatchOptions;
  #subscriber: Redis | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;
  #isClosed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.started = this.#start();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#leave();
  }

  async #start(): Promise<Error | undefined> {
    this.#attempts += 1;
    try {
      await this.#listen();
      if (this.#isClosed) return undefined;
      this.#attempts = 0;
      this.#options.onAll();
      return undefined;
    } catch (error) {
      this.#leave();
      if (this.#isClosed) return undefined;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#options.onFailed(failure);
      this.#retry = setTimeout(() => void this.#start(), backoff(this.#attempts + 1));
      return failure;
    }
  }

  async #listen(): Promise<void> {
    const { link, options, base, onNames, onAll } = this.#options;
    const subscriber = new Redis({ ...options, ...peerOf(link, options), lazyConnect: true });
    this.#subscriber = subscriber;
    let failure: Error | undefined;
    subscriber.on("error", (error: Error) => void (failure = error));
    subscriber.on("messageBuffer", (_channel: Buffer, names: readonly Buffer[] | null) => {
      // No names: everything was removed at once.
      if (names === null) onAll();
      else onNames(names);
    });
    try {
      await subscriber.connect();
      const id = await subscriber.client("ID");
      await subscriber.subscribe(CHANNEL);
      const { redis } = link;
      await redis.client("TRACKING", "OFF");
      await redis.client("TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX", base, "NOLOOP");
    } catch (error) {
      throw failure ?? error;
    }
    subscriber.once("end", () => this.#lose(subscriber));
    // It may have been left, or have ended, while the commands were under way.
    if (subscriber !== this.#subscriber || subscriber.status === "end") {
      throw failure ?? new Error("the end of the connection");
    }
    this.#heartbeat = setInterval(() => {
      subscriber.ping().catch(() => undefined); // the end of the connection is told by its event
    }, HEARTBEAT_MS).unref();
  }

  #lose(subscriber: Redis): void {
    if (subscriber !== this.#subscriber) return;
    this.#leave();
    this.#retry = setTimeout(() => {
      // Where the other connection has ended too, as they do with the server, this watch is closed by now.
      this.#options.onFailed(new Error("the end of the subscriber's connection"));
      void this.#start();
    }, backoff(1));
  }

  #leave(): void {
    clearInterval(this.#heartbeat);
    const subscriber = this.#subscriber;
    this.#subscriber = undefined;
    subscriber?.disconnect();
  }
}

/** The very server the link leads to: behind its address, or its Sentinels, may be another by now. */
function peerOf({ peer, redis }: ServerLink, { tls }: ConnectOptions): ConnectOptions {
  if (peer === undefined) throw new Error("the end of the connection");
  return {
    ...peer,
    // A certificate is for the name, and the connection is made to the number.
    ...(tls === undefined ? {} : { tls: { ...tls, servername: tls.servername ?? redis.options.host } }),
    protocol: 2,
    retryStrategy: () => null,
    enableOfflineQueue: true,
    enableReadyCheck: false,
  };
}
