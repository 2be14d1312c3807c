/** The backends of one plugin that storages name, each under a number it has in every life. */
import type { StorageConfig } from "../config/config.js";
import { BackendClient } from "./backend-client.js";
import type { BackendClientOptions } from "./backend-client-options.js";
import type { OpenedBackend } from "./opened-backend.js";
import type { PluginSession } from "./session.js";

/** What they have in common. */
export type SharedClientOptions = Omit<BackendClientOptions, "handle" | "storage" | "path">;

export class BackendClients {
  readonly #options: SharedClientOptions;
  #clients: readonly BackendClient[] = [];
  /** Numbers given out; none is given twice. */
  #handles = 0;

  constructor(options: SharedClientOptions) {
    this.#options = options;
  }

  get all(): readonly BackendClient[] {
    return this.#clients;
  }

  /** The one that is open under that number. */
  under(handle: number): BackendClient | undefined {
    return this.#clients.find((client) => client.handle === handle);
  }

  /**
   * The one that `storage` means; opened in every life from the next on.
   * @param path Where the configuration names it.
   */
  of(storage: StorageConfig, path: string): BackendClient {
    const client = this.draft(storage, path);
    if (!this.#clients.includes(client)) this.#clients = [...this.#clients, client];
    return client;
  }

  /**
   * The one that `storage` means; a new one is none of the plugin's until it is kept.
   * @param drafts More that it may be.
   */
  draft(storage: StorageConfig, path: string, drafts: readonly BackendClient[] = []): BackendClient {
    const isMeant = ({ storage: known }: BackendClient): boolean =>
      known.backend === storage.backend && known.parametersKey === storage.parametersKey;
    const known = this.#clients.find(isMeant) ?? drafts.find(isMeant);
    if (known !== undefined) return known;
    const handle = this.#handles;
    this.#handles += 1;
    return new BackendClient({ ...this.#options, handle, storage, path });
  }

  /**
   * There are these from now on; new ones serve from `session`. Answers those that were there and are not any more.
   * @param opened Those of the new ones that are open in a life already.
   */
  keep(
    clients: readonly BackendClient[],
    session?: PluginSession,
    opened?: ReadonlyMap<BackendClient, OpenedBackend>,
  ): BackendClient[] {
    const former = this.#clients;
    this.#clients = [...clients];
    const gone = former.filter((client) => !clients.includes(client));
    // Who is stored there goes elsewhere in this turn.
    for (const client of gone) queueMicrotask(() => client.close());
    for (const client of clients) {
      if (session === undefined || former.includes(client)) continue;
      const backend = opened?.get(client);
      if (backend?.session === session) client.adopt(session, backend, true);
      else void client.attach(session);
    }
    return gone;
  }

  /** All serve from this life on. Resolves when each is open in it or has failed to; never rejects. */
  async attach(session: PluginSession): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.attach(session)));
  }

  /** The life has ended. */
  detach(): void {
    for (const client of this.#clients) client.detach();
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}
