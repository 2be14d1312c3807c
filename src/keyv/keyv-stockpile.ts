/**
 * A category as Keyv sees a store. Keyv hands on text, or objects, with a time to live; here they become values of a
 * category, and all that makes a cache of it stays the category's: deadlines, the breaker, the near cache, queued
 * writes. Keyv's namespace becomes the beginning of the category's keys, `<namespace>::<key>`, since a category cannot
 * be divided: what concerns a whole namespace, `clear()` and `iterator()`, lists keys and takes those that begin so.
 * Escaped, no namespace has a colon in it, so that none begins as another with its separator does.
 */
import { EventEmitter } from "node:events";
import type { Category } from "../host/main.js";
import { inPages } from "./in-pages.js";
import { lifetimeOf } from "./lifetime-of.js";

/** How an adapter may differ. */
export interface KeyvStockpileOptions {
  /** Called once, by the first `disconnect()`, as in `() => stockpile.close()`. By default the Stockpile stays open. */
  readonly onDisconnect?: () => unknown;
}

/** One of the entries that `setMany` takes. */
export interface KeyvStockpileEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
}

/** Keyv hands on a list, and so do its types from 6 on; those of 5 ask for nothing. */
export type Stored = boolean[] & void;

/** What a namespace has escaped: the separator's letter, and the one that escapes. */
const ESCAPED = /[%:]/g;
/** Keys of a namespace begin with it and this, as those of Keyv's own adapter for Redis do. */
const SEPARATOR = "::";
/** Keys that are read, or deleted, together. */
const PAGE_KEYS = 200;

/**
 * A storage adapter for Keyv over one category. What it answers, how long it waits and what happens while the storage
 * is away is what the category says: a get that finds the backend down is a miss, or an error under
 * `onReadError: "throw"`.
 *
 * The category should be the adapter's own, and without a loader: a get that finds nothing would load it, by the key
 * that Keyv uses.
 *
 * Emits `error` with what a `get` fails with, because Keyv passes over it unless it has `throwOnErrors`. Everything
 * else rejects, which Keyv tells by itself.
 */
export class KeyvStockpile extends EventEmitter {
  /**
   * Keyv 5 has iterators for adapters of a list of dialects alone, to which ours does not belong; `redis` is the one
   * whose keys look like ours.
   */
  readonly opts: { readonly dialect: string; readonly url: string } = {
    dialect: "redis",
    url: "stockpile:",
  };
  /** Set by the Keyv that uses the adapter. Without one the whole category is this Keyv's. */
  namespace: string | undefined;
  readonly #category: Category<unknown>;
  readonly #onDisconnect: () => unknown;
  #isDisconnected = false;

  /**
   * @param category of any type: Keyv gives it text, or with `serialize: undefined` what it was given itself.
   * @throws {TypeError} it is no category.
   */
  constructor(category: Category<unknown>, options: KeyvStockpileOptions = {}) {
    super();
    if (typeof category?.getMany !== "function" || typeof category.peek !== "function") {
      throw new TypeError(
        `Cannot make a Keyv adapter: expected a category of a Stockpile: received ${category === null ? "null" : typeof category}`,
      );
    }
    this.#category = category;
    this.#onDisconnect = options.onDisconnect ?? (() => undefined);
  }

  /** The value of a key; `undefined` where there is none, or it has expired. */
  async get<Value>(key: string): Promise<Value | undefined> {
    this.#checkConnected();
    try {
      return (await this.#category.get(this.#prefixed(key))) as Value | undefined;
    } catch (error) {
      this.#tell(error);
      throw error;
    }
  }

  /** The values of several keys, in their order. */
  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    this.#checkConnected();
    const values = await this.#category.getMany(keys.map((key) => this.#prefixed(key)));
    return values as (Value | undefined)[];
  }

  /**
   * Stores a value.
   * @param ttl milliseconds. The category's own applies where it is shorter, or where this is 0 or absent. A negative
   * one has passed already.
   */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    this.#checkConnected();
    const lifetime = lifetimeOf(ttl);
    if (lifetime === "over") await this.#category.delete(this.#prefixed(key));
    else await this.#category.set(this.#prefixed(key), value, lifetime);
    return true;
  }

  /** Stores several values; those with the same time to live together. Answers `true` for each. */
  async setMany(entries: readonly KeyvStockpileEntry[]): Promise<Stored> {
    this.#checkConnected();
    const groups = new Map<number | undefined, Map<string, unknown>>();
    // Of the same key twice the last one counts.
    for (const { key, value, ttl } of new Map(entries.map((entry) => [entry.key, entry])).values()) {
      const group = groups.get(ttl) ?? new Map<string, unknown>();
      groups.set(ttl, group.set(this.#prefixed(key), value));
    }
    const writes = [...groups].map(([ttl, pairs]) => {
      const lifetime = lifetimeOf(ttl);
      return lifetime === "over"
        ? this.#category.deleteMany(pairs.keys())
        : this.#category.setMany(pairs, lifetime);
    });
    await Promise.all(writes);
    return entries.map(() => true) as Stored;
  }

  /** Removes a value. Answers whether there was one, which takes a read. */
  async delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** Removes several values. Answers whether there was any of them. */
  async deleteMany(keys: string[]): Promise<boolean> {
    const found = await this.hasMany(keys);
    // Also what was not seen: another process may have stored it meanwhile.
    await this.#category.deleteMany(keys.map((key) => this.#prefixed(key)));
    return found.includes(true);
  }

  /** Whether a get would have a value. */
  async has(key: string): Promise<boolean> {
    this.#checkConnected();
    return this.#category.has(this.#prefixed(key));
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.has(key)));
  }

  /**
   * Removes all values of the namespace; without one, of the category.
   * @throws {UnsupportedError} the backend cannot list its keys.
   */
  async clear(): Promise<void> {
    this.#checkConnected();
    if (this.namespace === undefined) {
      await this.#category.clear();
      return;
    }
    const prefix = this.#prefixed("");
    for await (const keys of inPages(this.#keysUnder(prefix), PAGE_KEYS)) {
      await this.#category.deleteMany(keys);
    }
  }

  /**
   * Keys and values of a namespace; without one, of the category. One that is stored or removed meanwhile may be
   * among them or not.
   * @throws {UnsupportedError} the backend cannot list its keys.
   */
  async *iterator<Value>(
    namespace: string | undefined = this.namespace,
  ): AsyncGenerator<[string, Value], void> {
    this.#checkConnected();
    const prefix = prefixOf(namespace);
    // A key may be listed twice.
    const seen = new Set<string>();
    for await (const keys of inPages(this.#keysUnder(prefix), PAGE_KEYS)) {
      const values = await this.#category.getMany(keys);
      for (const [index, key] of keys.entries()) {
        const value = values[index];
        if (value === undefined || seen.has(key)) continue;
        seen.add(key);
        yield [key.slice(prefix.length), value as Value];
      }
    }
  }

  /** Ends the use of this adapter; calls reject from then on. The Stockpile is the application's: see the options. */
  async disconnect(): Promise<void> {
    if (this.#isDisconnected) return;
    this.#isDisconnected = true;
    await this.#onDisconnect();
  }

  async *#keysUnder(prefix: string): AsyncGenerator<string, void> {
    for await (const key of this.#category.keys()) {
      if (key.startsWith(prefix)) yield key;
    }
  }

  #prefixed(key: string): string {
    return prefixOf(this.namespace) + key;
  }

  #checkConnected(): void {
    if (!this.#isDisconnected) return;
    throw new Error(
      "Cannot use Keyv adapter: expected one that is connected: received one after disconnect()",
    );
  }

  #tell(error: unknown): void {
    if (this.listenerCount("error") === 0) return;
    try {
      this.emit("error", error);
    } catch {
      // A Keyv without a listener of its own throws what it is told; the call rejects with it anyway.
    }
  }
}

function prefixOf(namespace: string | undefined): string {
  if (namespace === undefined) return "";
  return namespace.replace(ESCAPED, encodeURIComponent) + SEPARATOR;
}
