import type {
  CallContext,
  EntryKey,
  ScanPage,
  ScanQuery,
  StorageBackend,
  StoredEntry,
} from "@stockpile/core/plugin";
import { errorCode } from "./error-code.js";
import type { FileStore } from "./file-store.js";
import { StorageFailure } from "./storage-failure.js";

/**
 * Keeps each entry in a file of its own. What fails is told with what was attempted, where, and what to do.
 *
 * It has no bulk methods: the loop that stands in for them starts all at once, and they meet in the same two slots.
 */
export class FileBackend implements StorageBackend {
  readonly #store: FileStore;
  readonly #isSynced: boolean;
  readonly #release: () => Promise<void>;

  /**
   * @param isSynced whether a write is acknowledged only once the device has it.
   * @param release called once, when the backend does not need the store any more.
   */
  constructor(store: FileStore, isSynced: boolean, release: () => Promise<void>) {
    this.#store = store;
    this.#isSynced = isSynced;
    this.#release = release;
  }

  get(key: EntryKey, call: CallContext): Promise<StoredEntry | undefined> {
    return this.#told(`read entry of category "${key.category}"`, this.#store.get(key, call));
  }

  put(key: EntryKey, entry: StoredEntry, call: CallContext): Promise<void> {
    const stored = this.#store.put(key, entry, call, this.#isSynced);
    return this.#told(`store entry of category "${key.category}"`, stored);
  }

  purge(key: EntryKey, call: CallContext): Promise<void> {
    const purged = this.#store.purge(key, call, this.#isSynced);
    return this.#told(`purge entry of category "${key.category}"`, purged);
  }

  scan(query: ScanQuery, call: CallContext): Promise<ScanPage> {
    return this.#told(`list keys of category "${query.category}"`, this.#store.scan(query, call));
  }

  clear(category: string, call: CallContext): Promise<void> {
    return this.#told(`clear category "${category}"`, this.#store.clear(category, call, this.#isSynced));
  }

  ping(): Promise<void> {
    return this.#told("write", this.#store.ping());
  }

  close(): Promise<void> {
    return this.#release();
  }

  async #told<T>(action: string, operation: Promise<T>): Promise<T> {
    try {
      return await operation;
    } catch (error) {
      if (error instanceof TypeError && errorCode(error) === undefined) throw error;
      throw new StorageFailure(action, this.#store.root, error);
    }
  }
}
