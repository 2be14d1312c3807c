import { randomUUID } from "node:crypto";
import { Cluster } from "ioredis";
import type { Redis } from "ioredis";
import type { ClusterConnectOptions } from "./client-options.js";
import { defer } from "./deferred.js";
import { Fences } from "./fences.js";
import type { Address } from "./parameters.js";
import { ServerLink } from "./server-link.js";
import type { Redirection, Servers, ServersOptions } from "./servers.js";
import { OWN_CODES, Shortfall } from "./shortfall.js";

/** Shortest time between two questions who has which slots, in ms: each takes a connection of its own. */
const REFRESH_INTERVAL_MS = 200;

/** What there is to say before anything has failed. */
const NO_ANSWER = "no answer yet";

/** What ioredis says of commands when a connection has ended, and not of why it did. */
const NO_REASON = "Connection is closed.";

/** As in `MOVED 3999 127.0.0.1:6381`. */
const REDIRECTION = /^(?<kind>MOVED|ASK) (?<slot>\d+) (?<address>\S+)/;

/**
 * The masters of a cluster. ioredis finds out who they are and keeps the connections; which one a command goes to is
 * decided here, so that commands of a turn go out together and none is repeated by anybody who does not know whether
 * somebody still waits for it.
 */
export class ClusterServers implements Servers {
  readonly label: string;
  readonly hasSlots = true;
  readonly opened: Promise<Shortfall | undefined>;
  readonly #cluster: Cluster;
  readonly #options: ServersOptions;
  readonly #fences = new Fences();
  readonly #links = new Map<Redis, ServerLink>();
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
    return [...this.#byAddress].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
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
    const link = this.#byAddress.get(address);
    if (kind === "MOVED" && link !== undefined) this.#cluster.slots[Number(slot)] = [address];
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
    const masters = this.#cluster.nodes("master").map((redis) => this.#links.get(redis) ?? this.#link(redis));
    this.#replace(masters);
    // One that is a replica by now would tell of our own changes as somebody else's.
    for (const [redis, link] of this.#links) if (!masters.includes(link)) this.#dismiss(redis, link);
    for (const link of masters) {
      if (link.redis.status === "wait") link.redis.connect().catch(() => undefined); // told by its events
    }
  }

  /** Has these and no others hold entries from now on. Whatever is different then, what was said before is past. */
  #replace(masters: readonly ServerLink[]): void {
    const owners = this.#cluster.slots.map(([address = ""]) => address);
    const layout = [...masters.map(({ address }) => address), "", ...owners].join();
    this.#byAddress = new Map(masters.map((link) => [link.address, link]));
    this.#missing = new Set(owners.filter((address) => !this.#byAddress.has(address))).size;
    if (layout !== this.#layout) this.#epoch = randomUUID();
    this.#layout = layout;
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
    this.#links.delete(redis);
    link.close();
    this.#options.onGone(link);
  }

  #explain({ message }: Error): void {
    if (message !== NO_REASON) this.#reason = message;
  }

  #drop(node: Redis): void {
    const link = this.#links.get(node);
    this.#links.delete(node);
    link?.close();
    if (link === undefined || this.#byAddress.get(link.address) !== link) return;
    this.#replace([...this.#byAddress.values()].filter((other) => other !== link));
    this.#refreshSoon();
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
