import type { BackendContext } from "@stockpile/core/plugin";
import { ChangeGatherer } from "./change-gatherer.js";
import { ChangeWatch } from "./change-watch.js";
import type { ConnectOptions } from "./client-options.js";
import { ConnectionLog } from "./connection-log.js";
import type { KeySpace } from "./key-space.js";
import type { ServerLink } from "./server-link.js";

export interface WatchesOptions extends Pick<BackendContext, "logger" | "invalidate"> {
  /** Those of connections to a server. */
  readonly options: ConnectOptions;
  readonly space: KeySpace;
}

/** Hears of the changes that others make, on all servers there are. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #watches = new Map<ServerLink, ChangeWatch>();
  readonly #changes: ChangeGatherer;
  readonly #log: ConnectionLog;

  constructor(options: WatchesOptions) {
    this.#options = options;
    this.#changes = new ChangeGatherer(options.invalidate);
    this.#log = new ConnectionLog(options.logger, "word from Redis of changes by others");
  }

  /** Begins with a connection that has just come about. */
  begin(link: ServerLink): void {
    this.#watches.get(link)?.close();
    const { options, space } = this.#options;
    const { address } = link;
    const watch = new ChangeWatch({
      link,
      options,
      base: space.base,
      onNames: (names) =>
        this.#changes.add(names.map((name) => space.parse(name)).filter((key) => key !== undefined)),
      onAll: () => {
        this.#log.ready(address);
        this.#changes.addAll();
      },
      onFailed: (error) => this.#log.lost(address, error.message),
    });
    this.#watches.set(link, watch);
  }

  end(link: ServerLink): void {
    this.#watches.get(link)?.close();
    this.#watches.delete(link);
    this.#log.forget(link.address);
  }

  /** Settles when the first attempt of every one of them has ended; with the reason where one has failed. */
  async started(): Promise<Error | undefined> {
    const ends = await Promise.all([...this.#watches.values()].map(({ started }) => started));
    return ends.find((end) => end !== undefined);
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    this.#changes.close();
  }
}
