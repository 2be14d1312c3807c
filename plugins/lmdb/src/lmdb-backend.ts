import type { EntryKey, ScanPage, ScanQuery, StorageBackend, StoredEntry } from "@stockpile/core/plugin";
import type { LmdbStore } from "./lmdb-store.js";
import { StorageFailure } from "./storage-failure.js";

/** Keeps entries in LMDB. What fails is told with what was attempted, where, and what to do. */
export class LmdbBackend implements StorageBackend {
  readonly #store: LmdbStore;
  readonly #release: () => Promise<void>;

  /** @param release called once, when the backend does not need the store any more. */
  constructor(store: LmdbStore, release: () => Promise<void>) {
    this.#store = store;
    this.#release = release;
  }

  get(key: EntryKey): StoredEntry | undefined {
    return this.#told(`read entry of category "${key.category}"`, () => this.#store.get(key));
  }

  /** Answers for all keys at once, from one state of the store. */
  getMany(keys: readonly EntryKey[]): (StoredEntry | undefined)[] {
    return this.#told("read entries", () => keys.map((key) => this.#store.get(key)));
  }

  put(key: EntryKey, entry: StoredEntry): Promise<void> {
    return this.#toldLater(`store entry of category "${key.category}"`, () =>
      this.#store.putMany([[key, entry]]),
    );
  }

  /** Stores all or none. */
  putMany(entries: readonly (readonly [EntryKey, StoredEntry])[]): Promise<void> {
    return this.#toldLater("store entries", () => this.#store.putMany(entries));
  }

  purge(key: EntryKey): Promise<void> {
    return this.#toldLater(`purge entry of category "${key.category}"`, () => this.#store.purgeMany([key]));
  }

  /** Removes all or none. */
  purgeMany(keys: readonly EntryKey[]): Promise<void> {
    return this.#toldLater("purge entries", () => this.#store.purgeMany(keys));
  }

  scan(query: ScanQuery): ScanPage {
    return this.#told(`list keys of category "${query.category}"`, () => this.#store.scan(query));
  }

  clear(category: string): Promise<void> {
    return this.#toldLater(`clear category "${category}"`, () => this.#store.clear(category));
  }

  ping(): Promise<void> {
    return this.#toldLater("write", () => this.#store.ping());
  }

  close(): Promise<void> {
    return this.#release();
  }

  #told<T>(action: string, operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      throw this.#failure(action, error);
    }
  }

  async #toldLater<T>(action: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw this.#failure(action, error);
    }
  }

  #failure(action: string, error: unknown): StorageFailure {
    return new StorageFailure(action, this.#store.parameters.path, error);
  }
}
