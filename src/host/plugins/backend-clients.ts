/** The backends of one plugin that storages name, each under a number it has in every life. */
import type { StorageConfig } from "../config/config.js";
import { BackendClient } from "./backend-client.js";
import type { BackendClientOptions } from "./backend-client-options.js";
import type { PluginSession } from "./session.js";

/** What they have in common. */
export type SharedClientOptions = Omit<BackendClientOptions, "handle" | "storage" | "path">;

export class BackendClients {
  readonly #options: SharedClientOptions;
  readonly #clients: BackendClient[] = [];

  constructor(options: SharedClientOptions) {
    this.#options = options;
  }

  get all(): readonly BackendClient[] {
    return this.#clients;
  }

  /** The one that is open under that number. */
  under(handle: number): BackendClient | undefined {
    return this.#clients[handle];
  }

  /**
   * The one that `storage` means; opened in every life from the next on.
   * @param path Where the configuration names it.
   */
  of(storage: StorageConfig, path: string): BackendClient {
    const known = this.#clients.find(
      (client) =>
        client.storage.backend === storage.backend && client.storage.parametersKey === storage.parametersKey,
    );
    if (known !== undefined) return known;
    const client = new BackendClient({ ...this.#options, handle: this.#clients.length, storage, path });
    this.#clients.push(client);
    return client;
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
