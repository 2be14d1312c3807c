import { FileBackend } from "./file-backend.js";
import { FileStore } from "./file-store.js";
import type { StoreOptions } from "./file-store.js";
import type { FileParameters } from "./parse-parameters.js";
import { StorageFailure } from "./storage-failure.js";

/** A store and how many backends use it. */
interface Shared {
  readonly opening: Promise<FileStore>;
  users: number;
}

/** The stores of one life, by their folders: backends with the same folder share one, so that their writes have one order. */
export class OpenStores {
  readonly #shared = new Map<string, Shared>();

  /**
   * Opens a backend.
   * @param parameters those of the first backend of a folder hold for its sweep.
   * @throws {StorageFailure} the folder cannot be used.
   */
  async open(parameters: FileParameters, options: StoreOptions): Promise<FileBackend> {
    const { path, fsync } = parameters;
    let shared = this.#shared.get(path);
    if (shared === undefined) {
      shared = { opening: FileStore.open(parameters, options), users: 0 };
      this.#shared.set(path, shared);
    }
    shared.users += 1;
    try {
      const store = await shared.opening;
      const release = () => this.#release(path, shared);
      return new FileBackend(store, fsync, release);
    } catch (error) {
      if (this.#shared.get(path) === shared) this.#shared.delete(path);
      throw new StorageFailure('open storage backend "file"', path, error);
    }
  }

  async #release(path: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (this.#shared.get(path) === shared) this.#shared.delete(path);
    const store = await shared.opening;
    await store.close();
  }
}
