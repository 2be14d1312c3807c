import { randomUUID } from "node:crypto";
import { Cluster, Redis } from "ioredis";
import type { ClusterConnectOptions } from "./client-options.js";
import { defer } from "./deferred.js";
import { Fences } from "./fences.js";
import type { Address } from "./parameters.js";
import { ServerLink } from "./server-link.js";
import type { Redirection, Servers, ServersOptions } from "./servers.js";
import { OWN_CODES, Shortfall } from "./shortfall.js";

/** Shortest time between two questions who has which slots, in ms: each takes a connection of its own. */
const REFRESH_INTERVAL_MS = 200;

/** As many servers as are visited at a time: in a cluster that grows it is as many as it gets. */
const MAX_GUESTS = 64;

/** For how long the connection to one that nobody is sent to any more is kept, in ms. */
const GUEST_IDLE_MS = 10_000;

/** What there is to say before anything has failed. */
const NO_ANSWER = "no answer yet";

/** What ioredis says of commands when a connection has ended, and not of why it did. */
const NO_REASON = "Connection is closed.";

/** As in `MOVED 3999 127.0.0.1:6381`. */
const REDIRECTION = /^(?<kind>MOVED|ASK) (?<slot>\d+) (?<address>\S+)/;

/** A server that another one has sent us to, before the cluster has told of it. */
interface Guest {
  readonly link: ServerLink;
  /** When we were last sent there, in ms of `performance.now()`. */
  sentAt: number;
}

/**
 * The masters of a cluster. ioredis finds out who they are and keeps the connections; which one a command goes to is
 * decided here, so that commands of a turn go out together and none is repeated by anybody who does not know whether
 * somebody still waits for it.
 *
 * A server that takes slots over is named by redirections before it is among the masters, and one that is about to take
 * its first is not among them at all. Connections to such are made here, and kept once the cluster tells of them: so what
 * was sent to a server never comes by two connections.
 */
export class ClusterServers implements Servers {
  readonly label: string;
  readonly hasSlots = true;
  readonly opened: Promise<Shortfall | undefined>;
  readonly #cluster: Cluster;
  readonly #options: ServersOptions;
  readonly #fences = new Fences();
  readonly #links = new Map<Redis, ServerLink>();
  readonly #guests = new Map<string, Guest>();
  readonly #nodeOptions: ClusterConnectOptions["redisOptions"];
  #byAddress: ReadonlyMap<string, ServerLink> = new Map();
  #missing = 0;
  #epoch = randomUUID();
  #layout = "";
  #refresh: NodeJS.Timeout | undefined;
  #reason = NO_ANSWER;
  #isClosed = false;

  constructor(label: string, nodes: readonly Address[], options: ClusterConnectOptions, own: ServersOptions) {
    this.label = label;
    this.#options = own;
    this.#nodeOptions = options.redisOptions;
    const cluster = new Cluster([...nodes], { ...options, lazyConnect: true });
    const { promise, resolve } = defer<Shortfall | undefined>();
    this.opened = promise;
    this.#cluster = cluster;
    cluster.on("refresh", () => this.#adopt());
    cluster.on("-node", (node: Redis) => this.#drop(node));
    // It says that all nodes have failed; why they did has been told by then.
    cluster.on("error", () => undefined);
    cluster.on("node error", (error: Error) => this.#explain(error));
    cluster.on("ready", () => {
      this.#adopt();
      void Promise.all(this.masters.map((link) => link.opened)).then(() => resolve(undefined));
    });
    cluster.on("reconnecting", () => resolve(this.shortfall));
    cluster.connect().catch((error: Error) => {
      if (this.#reason === NO_ANSWER) this.#reason = error.message;
      resolve(this.shortfall);
    });
  }

  get epoch(): string {
    return this.#epoch;
  }

  get masters(): readonly ServerLink[] {
    // Entries of a slot that is on its way may lie with a guest.
    const guests = [...this.#guests].map(([address, { link }]) => [address, link] as const);
    const links = [...new Map([...guests, ...this.#byAddress])];
    return links.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
  }

  get missing(): number {
    return this.#missing;
  }

  get shortfall(): Shortfall {
    return new Shortfall(`a connection to ${this.label}`, this.#reason, OWN_CODES.down);
  }

  linkOf(slot: number): ServerLink | undefined {
    const [address] = this.#cluster.slots[slot] ?? [];
    const link = address === undefined ? undefined : this.#byAddress.get(address);
    if (link === undefined) this.#refreshSoon();
    return link;
  }

  redirection(error: unknown): Redirection | undefined {
    const { kind, slot, address } =
      REDIRECTION.exec(error instanceof Error ? error.message : "")?.groups ?? {};
    if (kind === undefined || address === undefined) return undefined;
    this.#refreshSoon();
    const master = this.#byAddress.get(address);
    if (kind === "MOVED" && master !== undefined) this.#cluster.slots[Number(slot)] = [address];
    const link = master ?? this.#visit(address);
    return link && { link, isAsking: kind === "ASK" };
  }

  noteLate(): void {
    this.#refreshSoon();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#refresh);
    for (const link of this.#links.values()) link.close();
    this.#cluster.disconnect();
  }

  /** Takes over whom ioredis has learned of. Connections are made at once: changes are to be heard of by then. */
  #adopt(): void {
    if (this.#isClosed) return;
    const masters = this.#cluster.nodes("master").map((redis) => {
      const guest = this.#guests.get(`${redis.options.host}:${redis.options.port}`);
      return guest?.link ?? this.#links.get(redis) ?? this.#link(redis);
    });
    // One that is a replica by now would tell of our own changes as somebody else's.
    for (const [redis, link] of this.#links) {
      if (!masters.includes(link) && !this.#isVisited(link)) this.#dismiss(redis, link);
    }
    this.#replace(masters);
    for (const link of masters) {
      if (link.redis.status === "wait") link.redis.connect().catch(() => undefined); // told by its events
    }
  }

  /** Has these and no others hold entries from now on. Whatever is different then, what was said before is past. */
  #replace(masters: readonly ServerLink[]): void {
    const owners = this.#cluster.slots.map(([address = ""]) => address);
    this.#byAddress = new Map(masters.map((link) => [link.address, link]));
    const layout = [...this.masters.map(({ address }) => address), "", ...owners].join();
    this.#missing = new Set(owners.filter((address) => !this.#byAddress.has(address))).size;
    if (layout !== this.#layout) this.#epoch = randomUUID();
    this.#layout = layout;
  }

  /** The connection to a server that may not be among the masters yet; `undefined` where the address leads nowhere. */
  #visit(address: string): ServerLink | undefined {
    const sentAt = performance.now();
    const known = this.#guests.get(address);
    if (known !== undefined) {
      known.sentAt = sentAt;
      return known.link;
    }
    const { host, port } = /^(?<host>.*[^:?]):(?<port>\d+)$/.exec(address)?.groups ?? {};
    if (this.#isClosed || host === undefined || this.#guests.size >= MAX_GUESTS) return undefined;
    const redis = new Redis({
      ...this.#nodeOptions,
      host,
      port: Number(port),
      // As ioredis makes those of the nodes it knows.
      retryStrategy: () => null,
      enableOfflineQueue: true,
      lazyConnect: true,
    });
    const link = this.#link(redis);
    this.#guests.set(address, { link, sentAt });
    redis.once("end", () => this.#drop(redis));
    redis.connect().catch(() => undefined); // told by its events
    return link;
  }

  #isVisited(link: ServerLink): boolean {
    const guest = this.#guests.get(link.address);
    return guest?.link === link && performance.now() - guest.sentAt < GUEST_IDLE_MS;
  }

  #link(redis: Redis): ServerLink {
    const { host, port } = redis.options;
    const { onReady, onLost } = this.#options;
    const link = new ServerLink(redis, {
      address: `${host}:${port}`,
      fences: this.#fences,
      isQueuing: true,
      onReady: (ready) => {
        this.#epoch = randomUUID();
        onReady(ready);
      },
      onLost: (lost, reason) => {
        this.#reason = reason;
        onLost(lost, reason);
      },
    });
    this.#links.set(redis, link);
    return link;
  }

  #dismiss(redis: Redis, link: ServerLink): void {
    this.#forget(redis, link);
    this.#options.onGone(link);
  }

  #explain({ message }: Error): void {
    if (message !== NO_REASON) this.#reason = message;
  }

  #drop(node: Redis): void {
    const link = this.#links.get(node);
    if (link === undefined) return;
    this.#forget(node, link);
    this.#replace([...this.#byAddress.values()].filter((other) => other !== link));
    this.#refreshSoon();
  }

  #forget(redis: Redis, link: ServerLink): void {
    this.#links.delete(redis);
    if (this.#guests.get(link.address)?.link === link) this.#guests.delete(link.address);
    link.close();
  }

  #refreshSoon(): void {
    if (this.#isClosed) return;
    this.#refresh ??= setTimeout(() => {
      this.#refresh = undefined;
      // While it is not ready it looks for the cluster anyway.
      if (this.#cluster.status === "ready") this.#cluster.refreshSlotsCache(() => this.#askAgain());
    }, REFRESH_INTERVAL_MS);
  }

  /** Until every slot has a server again. */
  #askAgain(): void {
    if (this.#missing > 0) this.#refreshSoon();
  }
}
