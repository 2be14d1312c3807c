import { Redis } from "ioredis";
import { randomUUID } from "node:crypto";
import type { ConnectOptions } from "./client-options.js";
import { defer } from "./deferred.js";
import { Fences } from "./fences.js";
import { ServerLink } from "./server-link.js";
import type { Servers, ServersOptions } from "./servers.js";
import type { Shortfall } from "./shortfall.js";

/** One server: the one at an address, or the master the Sentinels name. */
export class SingleServer implements Servers {
  readonly label: string;
  readonly hasSlots = false;
  readonly opened: Promise<Shortfall | undefined>;
  readonly masters: readonly ServerLink[];
  readonly missing = 0;
  readonly #link: ServerLink;
  #epoch = randomUUID();

  constructor(label: string, options: ConnectOptions, { onReady, onLost }: ServersOptions) {
    this.label = label;
    const redis = new Redis({ ...options, lazyConnect: true });
    const { promise, resolve } = defer<Shortfall | undefined>();
    this.opened = promise;
    this.#link = new ServerLink(redis, {
      address: label,
      fences: new Fences(),
      isQueuing: false,
      onReady: (link) => {
        this.#epoch = randomUUID();
        resolve(undefined);
        onReady(link);
      },
      onLost: (link, reason) => {
        resolve(link.shortfall);
        onLost(link, reason);
      },
    });
    this.masters = [this.#link];
    // With Sentinels that cannot be reached there is no connection that could be lost, only an error after the other.
    redis.on("error", ({ message }: Error) => {
      if (redis.status !== "connecting") return;
      resolve(this.#link.shortfall);
      onLost(this.#link, message);
    });
    redis.connect().catch(() => undefined); // told by the events above
  }

  get epoch(): string {
    return this.#epoch;
  }

  get shortfall(): Shortfall {
    return this.#link.shortfall;
  }

  linkOf(): ServerLink | undefined {
    return this.#link;
  }

  redirection(): undefined {
    return undefined;
  }

  noteLate(): void {
    // The Sentinels tell of a new master by themselves.
  }

  close(): void {
    this.#link.close();
  }
}
