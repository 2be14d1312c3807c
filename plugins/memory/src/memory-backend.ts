import type { EntryKey, ScanPage, ScanQuery, StorageBackend, StoredEntry } from "@stockpile/core/plugin";
import { systemClock } from "./clock.js";
import type { Clock } from "./clock.js";
import { entryBytes, isExpired } from "./entry.js";
import type { Entry } from "./entry.js";
import { EntryStore } from "./entry-store.js";
import { ExpirySweep } from "./expiry-sweep.js";
import type { MemoryParameters } from "./parse-parameters.js";

/** How often expired entries are looked for, in ms: rare enough to cost nothing, with a short look each time. */
const SWEEP_INTERVAL_MS = 250;

/** Entries looked at each time: less than 0.1 ms of work, and a round of 100,000 entries takes 50 s. */
const SWEEP_ENTRIES = 500;

/** Up to this size V8 keeps a typed array's bytes within its heap, and makes a buffer only for who asks for it. */
const MAX_BYTES_ON_HEAP = 64;

/** A cursor is the index the walk has come down to; 0 ends it and is never handed out. */
const CURSOR = /^[1-9][0-9]{0,8}$/;

/**
 * Keeps entries in memory, within bounds common to all categories; past them, those used least recently go first.
 * A get and a put are a use, a scan is none. Every call is done when it returns, so calls never overlap.
 */
export class MemoryBackend implements StorageBackend {
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #store: EntryStore;
  readonly #stopSweeping: () => void;

  constructor(bounds: MemoryParameters, clock: Clock = systemClock) {
    const store = new EntryStore(bounds);
    const sweep = new ExpirySweep(store);
    this.#maxBytes = bounds.maxBytes;
    this.#clock = clock;
    this.#store = store;
    this.#stopSweeping = clock.repeat(() => sweep.run(SWEEP_ENTRIES, clock.now()), SWEEP_INTERVAL_MS);
  }

  /** Answers a copy of the value: who receives it owns it, and may write to it. */
  get({ category, key }: EntryKey): StoredEntry | undefined {
    const entry = this.#findLive(category, key);
    if (entry === undefined) return undefined;
    this.#store.touch(entry);
    const { expiresAt } = entry;
    const value = copyOf(entry.value);
    return expiresAt === undefined ? { value } : { value, expiresAt };
  }

  /** Answers for all keys at once; the loop that would stand in for it makes a promise for each. */
  getMany(keys: readonly EntryKey[]): (StoredEntry | undefined)[] {
    return keys.map((key) => this.get(key));
  }

  /**
   * Keeps the value given. An entry that has expired already is not stored, but replaces as any other does.
   * @throws {RangeError} key and value do not fit within `maxBytes`; what was under the key stays.
   */
  put({ category, key }: EntryKey, { value, expiresAt }: StoredEntry): void {
    const bytes = entryBytes(key, value);
    if (bytes > this.#maxBytes) throw tooLarge(category, this.#maxBytes, bytes);
    if (isExpired(expiresAt, this.#clock.now())) this.#remove(category, key);
    else this.#store.put(category, key, inMemoryOfItsOwn(value), expiresAt);
  }

  purge({ category, key }: EntryKey): void {
    this.#remove(category, key);
  }

  /** A scan that goes on in another life of the plugin, or after `clear`, is as right as one that starts there. */
  scan({ category, cursor, limit }: ScanQuery): ScanPage {
    const entries = this.#store.category(category);
    if (entries === undefined) return { keys: [] };
    const now = this.#clock.now();
    const keys: string[] = [];
    let index = startOf(category, cursor, entries.size);
    while (index > 0 && keys.length < limit) {
      index -= 1;
      const entry = entries.at(index);
      if (entry === undefined) continue;
      if (isExpired(entry.expiresAt, now)) this.#store.remove(entry);
      else keys.push(entry.key);
    }
    return index === 0 ? { keys } : { keys, cursor: String(index) };
  }

  clear(category: string): void {
    this.#store.clear(category);
  }

  ping(): void {}

  close(): void {
    this.#stopSweeping();
    this.#store.removeAll();
  }

  /** The entry under a key; one that has expired is removed and missed. */
  #findLive(category: string, key: string): Entry | undefined {
    const entry = this.#store.find(category, key);
    if (entry === undefined || !isExpired(entry.expiresAt, this.#clock.now())) return entry;
    this.#store.remove(entry);
    return undefined;
  }

  #remove(category: string, key: string): void {
    const entry = this.#store.find(category, key);
    if (entry !== undefined) this.#store.remove(entry);
  }
}

function tooLarge(category: string, maxBytes: number, bytes: number): RangeError {
  return new RangeError(
    `Cannot store entry of category "${category}": expected at most ${maxBytes} bytes ("maxBytes"), its key and overhead included: received ${bytes}`,
  );
}

/** A small copy shares a slab of Node's buffer pool, which takes a sixth of the time that memory of its own would. */
function copyOf(value: Uint8Array): Uint8Array {
  const copy = Buffer.from(value);
  return new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
}

/** The value in memory that holds nothing else: a view would keep all of a larger buffer alive, uncounted. */
function inMemoryOfItsOwn(value: Uint8Array): Uint8Array {
  const isTight = value.byteLength > MAX_BYTES_ON_HEAP && value.byteLength === value.buffer.byteLength;
  return isTight ? value : new Uint8Array(value);
}

function startOf(category: string, cursor: string | undefined, size: number): number {
  if (cursor === undefined) return size;
  if (!CURSOR.test(cursor)) {
    throw new TypeError(
      `Cannot scan category "${category}": expected "cursor" to be one that a scan answered: received ${JSON.stringify(cursor)}`,
    );
  }
  return Math.min(Number(cursor), size);
}
