import type { CallContext, EntryKey, StoredEntry } from "@stockpile/core/plugin";
import type { AdapterEntry, KeyvAdapter } from "./adapter.js";
import type { AdapterErrors } from "./adapter-errors.js";
import type { AdapterKeys } from "./adapter-keys.js";
import { decodeEntry, encodeEntry } from "./entry-text.js";
import { forEachAtOnce } from "./for-each-at-once.js";
import { isExpired } from "./is-expired.js";
import type { KeyListing } from "./key-listing.js";
import { KeyTurns } from "./key-turns.js";

/** Calls of an adapter that go on at once for one call of the host. */
const CALLS_AT_ONCE = 64;
/** How long closing waits for calls under way, in ms: half of what the host waits for by default. */
const MAX_CLOSING_MS = 1000;

/** How calls of the host become calls of an adapter. */
export class AdapterStore {
  readonly #adapter: KeyvAdapter;
  readonly #keys: AdapterKeys;
  readonly #errors: AdapterErrors;
  readonly #turns = new KeyTurns();

  constructor(adapter: KeyvAdapter, keys: AdapterKeys, errors: AdapterErrors) {
    this.#adapter = adapter;
    this.#keys = keys;
    this.#errors = errors;
  }

  getMany(keys: readonly EntryKey[], { deadline }: CallContext): Promise<(StoredEntry | undefined)[]> {
    const adapterKeys = keys.map((key) => this.#keys.keyFor(key));
    return this.#turns.take("read", adapterKeys, deadline, () =>
      this.watch(async () => {
        const stored = await this.#read(adapterKeys);
        const now = Date.now();
        return keys.map(({ key }, index) => liveEntry(stored[index], key, now));
      }),
    );
  }

  put(key: EntryKey, entry: StoredEntry, { deadline }: CallContext): Promise<void> {
    const adapterKey = this.#keys.keyFor(key);
    return this.#turns.take("write", [adapterKey], deadline, () =>
      this.watch(() => this.#store(adapterKey, key, entry)),
    );
  }

  async putMany(entries: readonly (readonly [EntryKey, StoredEntry])[], call: CallContext): Promise<void> {
    const now = Date.now();
    const lasting = entries.filter(([, { expiresAt }]) => !isExpired(expiresAt, now));
    // Keyv's own bulk method may say of each whether it was stored. Of the same key twice, the order would be open.
    const isOnce = new Set(entries.map(([key]) => this.#keys.keyFor(key))).size === entries.length;
    if (this.#adapter.setMany === undefined || lasting.length < entries.length || !isOnce) {
      await forEachAtOnce(entries, CALLS_AT_ONCE, ([key, entry]) => this.put(key, entry, call));
      return;
    }
    const given = lasting.map(([key, entry]) => this.#entryFor(key, entry, now));
    await this.#turns.take(
      "write",
      given.map(({ key }) => key),
      call.deadline,
      () => this.watch(async () => checkStored(await this.#adapter.setMany?.(given))),
    );
  }

  /** One by one: what `deleteMany` of some adapters does stops at the first key that is absent. */
  purgeMany(keys: readonly EntryKey[], call: CallContext): Promise<void> {
    return forEachAtOnce(keys, CALLS_AT_ONCE, (key) => this.#remove(this.#keys.keyFor(key), call));
  }

  /** `clear` of an adapter may empty all there is, of others as well: so it is never called. */
  async clear(category: string, listing: KeyListing, call: CallContext): Promise<void> {
    await this.#turns.idle(call.deadline);
    const found = await this.watch(async () => {
      const all: string[] = [];
      // Walked to its end before anything goes: some walks go by position.
      for await (const { adapterKey } of listing.all(category)) all.push(adapterKey);
      return all;
    });
    await forEachAtOnce(found, CALLS_AT_ONCE, (adapterKey) => this.#remove(adapterKey, call));
  }

  /** Calls the adapter; see {@link AdapterErrors.watch}. */
  watch<T>(call: () => Promise<T>): Promise<T> {
    return this.#errors.watch(call);
  }

  /** Lets the calls under way end, as far as they do, and disconnects. */
  async close(): Promise<void> {
    await this.#turns.idle(Date.now() + MAX_CLOSING_MS).catch(() => undefined); // some hang: no reason to stay
    await this.#adapter.disconnect?.();
  }

  #remove(adapterKey: string, { deadline }: CallContext): Promise<void> {
    return this.#turns.take("write", [adapterKey], deadline, () =>
      this.watch(async () => void (await this.#adapter.delete(adapterKey))),
    );
  }

  async #read(adapterKeys: readonly string[]): Promise<readonly unknown[]> {
    const [only] = adapterKeys;
    if (only === undefined) return [];
    if (adapterKeys.length === 1) return [await this.#adapter.get(only)];
    if (this.#adapter.getMany === undefined) {
      return Promise.all(adapterKeys.map(async (adapterKey) => this.#adapter.get(adapterKey)));
    }
    const found = await this.#adapter.getMany([...adapterKeys]);
    if (Array.isArray(found) && found.length === adapterKeys.length) return found as unknown[];
    throw new Error(
      `Wrong result of the adapter's getMany: expected an array of ${adapterKeys.length}: received ${Array.isArray(found) ? `one of ${found.length}` : typeof found}`,
    );
  }

  async #store(adapterKey: string, key: EntryKey, entry: StoredEntry): Promise<void> {
    const now = Date.now();
    if (isExpired(entry.expiresAt, now)) {
      await this.#adapter.delete(adapterKey);
      return;
    }
    const { value, ttl, expires } = this.#entryFor(key, entry, now);
    checkStored(await this.#adapter.set(adapterKey, value, expires ?? ttl));
  }

  #entryFor(key: EntryKey, entry: StoredEntry, now: number): AdapterEntry {
    const given = { key: this.#keys.keyFor(key), value: encodeEntry(key.key, entry) };
    const { expiresAt } = entry;
    if (expiresAt === undefined) return given;
    if (this.#adapter.capabilities?.expires === true) return { ...given, expires: expiresAt };
    return { ...given, ttl: Math.max(1, Math.ceil(expiresAt - now)) };
  }
}

/** What was stored under a key, if it is that key's and has not expired. */
function liveEntry(stored: unknown, key: string, now: number): StoredEntry | undefined {
  const entry = decodeEntry(stored);
  if (entry === undefined || entry.key !== key || isExpired(entry.expiresAt, now)) return undefined;
  const { value, expiresAt } = entry;
  return expiresAt === undefined ? { value } : { value, expiresAt };
}

/** Adapters for Keyv 6 answer `false` for what they have not stored. */
function checkStored(answer: unknown): void {
  const isRefused = answer === false || (Array.isArray(answer) && answer.includes(false));
  if (isRefused) throw new Error("expected the adapter to store the entry: received false");
}
