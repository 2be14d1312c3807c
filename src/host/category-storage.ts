/** Where a category is stored: a backend to the category, and whichever backend the configuration means by now. */
import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../contract/backend.js";
import { BackendError } from "../contract/errors.js";
import type { Ability, BackendHandle, OnReleased } from "./calls/backend-handle.js";
import { backendFields } from "./calls/name-backend.js";
import { CategoryQueue } from "./category-queue.js";
import type { BackendClient } from "./plugins/backend-client.js";

export class CategoryStorage implements BackendHandle {
  /** The writes of the category that wait, counted with those of all categories of its backend. */
  readonly queue: CategoryQueue;
  #client: BackendClient;
  /** How often it has moved: a cursor of another storage says nothing in this one. */
  #moves = 0;
  readonly #listeners: (() => void)[] = [];
  readonly #heard = new WeakSet<BackendClient>();

  /** @param isPassing whether it is gone after one call: then it does not stay with the client as one who listens. */
  constructor(client: BackendClient, isPassing: boolean = false) {
    this.#client = client;
    this.queue = new CategoryQueue(client.queue);
    if (!isPassing) this.#hear(client);
  }

  /** What it stands for now. */
  get client(): BackendClient {
    return this.#client;
  }

  /**
   * Stands for another backend from now on. What is under way to the old one ends there; writes that wait, and those
   * that are tried again, go to the new one.
   */
  moveTo(client: BackendClient): void {
    this.#moves += 1;
    this.#client = client;
    this.queue.moveTo(client.queue);
    this.#hear(client);
    if (client.isServing) this.#tell();
  }

  get pluginName(): string {
    return this.#client.pluginName;
  }

  get backendId(): string | undefined {
    return this.#client.backendId;
  }

  get isServing(): boolean {
    return this.#client.isServing;
  }

  onServing(listener: () => void): void {
    this.#listeners.push(listener);
  }

  has(ability: Ability): boolean {
    return this.#client.has(ability);
  }

  get(key: EntryKey): Promise<StoredEntry | undefined> {
    return this.#client.get(key);
  }

  put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    return this.#client.put(key, entry, onReleased);
  }

  purge(key: EntryKey, onReleased?: OnReleased): Promise<void> {
    return this.#client.purge(key, onReleased);
  }

  getMany(keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return this.#client.getMany(keys);
  }

  putMany(entries: readonly (readonly [EntryKey, StoredEntry])[], onReleased?: OnReleased): Promise<void> {
    return this.#client.putMany(entries, onReleased);
  }

  purgeMany(keys: readonly EntryKey[], onReleased?: OnReleased): Promise<void> {
    return this.#client.purgeMany(keys, onReleased);
  }

  async scan(query: ScanQuery): Promise<ScanPage> {
    const { cursor, ...rest } = query;
    const mark = `${this.#moves}:`;
    if (cursor !== undefined && !cursor.startsWith(mark)) throw this.#moved(query.category);
    const page = await this.#client.scan(
      cursor === undefined ? query : { ...rest, cursor: cursor.slice(mark.length) },
    );
    return page.cursor === undefined ? page : { ...page, cursor: mark + page.cursor };
  }

  clear(category: string, onReleased?: OnReleased): Promise<void> {
    return this.#client.clear(category, onReleased);
  }

  #hear(client: BackendClient): void {
    if (this.#heard.has(client)) return;
    this.#heard.add(client);
    client.onServing(() => {
      if (this.#client === client) this.#tell();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #moved(category: string): BackendError {
    const message = `Cannot scan category ${category}: it is stored elsewhere since the last page`;
    return new BackendError(message, { ...backendFields(this), operation: "scan" });
  }
}
