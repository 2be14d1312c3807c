import type { EntryKey, StoredEntry } from "../../src/contract/backend.js";
import { BareBackend } from "../host/cache/bare-backend.js";
import type { ChaosStorage } from "./chaos-storage.js";

/** The way of another host to the same storage, on which nothing goes wrong. */
export class PlainHandle extends BareBackend {
  readonly #storage: ChaosStorage;

  constructor(storage: ChaosStorage) {
    super();
    this.#storage = storage;
  }

  async get({ key }: EntryKey): Promise<StoredEntry | undefined> {
    return this.#storage.entries.get(key);
  }

  async put({ key }: EntryKey, entry: StoredEntry): Promise<void> {
    this.#storage.put(key, entry);
  }

  async purge({ key }: EntryKey): Promise<void> {
    this.#storage.purge(key);
  }
}
