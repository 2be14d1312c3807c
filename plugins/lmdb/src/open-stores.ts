import { LmdbBackend } from "./lmdb-backend.js";
import { LmdbStore } from "./lmdb-store.js";
import type { StoreOptions } from "./lmdb-store.js";
import type { LmdbParameters } from "./parse-parameters.js";
import { StorageFailure } from "./storage-failure.js";

/** A store and how many backends use it. */
interface Shared {
  readonly parameters: LmdbParameters;
  readonly opening: Promise<LmdbStore>;
  users: number;
}

/** The stores of one life, by their folders: backends with the same folder share one, and with it its transactions. */
export class OpenStores {
  readonly #shared = new Map<string, Shared>();

  /**
   * Opens a backend.
   * @throws {StorageFailure} the folder cannot be used, or another backend of this life uses it in another way.
   */
  async open(parameters: LmdbParameters, options: StoreOptions): Promise<LmdbBackend> {
    const { path } = parameters;
    let shared = this.#shared.get(path);
    if (shared === undefined) {
      shared = { parameters, opening: LmdbStore.open(parameters, options), users: 0 };
      this.#shared.set(path, shared);
    }
    shared.users += 1;
    try {
      const store = await shared.opening;
      checkSame(shared.parameters, parameters);
      return new LmdbBackend(store, () => this.#release(path, shared));
    } catch (error) {
      await this.#release(path, shared);
      throw new StorageFailure('open storage backend "lmdb"', path, error);
    }
  }

  async #release(path: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (this.#shared.get(path) === shared) this.#shared.delete(path);
    const store = await shared.opening.catch(() => undefined); // whoever opened it has been told
    await store?.close();
  }
}

/** All of a folder is one file: there is no having it both ways. */
function checkSame(first: LmdbParameters, other: LmdbParameters): void {
  for (const name of ["durability", "maxBytes", "sweepIntervalMs"] as const) {
    if (first[name] === other[name]) continue;
    throw new Error(
      `expected "${name}" to be ${JSON.stringify(first[name])}, as of the other backend with this path: received ${JSON.stringify(other[name])}`,
    );
  }
}
