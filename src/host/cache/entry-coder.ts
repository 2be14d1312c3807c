import type { StoredEntry } from "../../contract/backend.js";
import { StockpileError } from "../../contract/errors.js";
import type { CategorySettings } from "./category-settings.js";
import { decodeEnvelope, encodeEnvelope, MAX_TIME_MS } from "./envelope.js";
import { quoteKey } from "./quote-key.js";
import { thrownMessage } from "./thrown-message.js";

/** When a value was stored and until when it is fresh, in ms since the epoch; it may not expire. */
export interface Lifetime {
  readonly storedAt: number;
  readonly expiresAt?: number;
}

/** An entry to be stored. */
export interface SealedEntry {
  readonly entry: StoredEntry;
  readonly lifetime: Lifetime;
}

/** An entry that was stored. */
export interface OpenedEntry {
  /** The encoded value: a view into the entry's bytes. */
  readonly payload: Uint8Array;
  readonly lifetime: Lifetime;
  readonly isFresh: boolean;
}

/** Turns the values of one category into entries of a backend, and back. */
export class EntryCoder<T> {
  readonly #settings: CategorySettings<T>;

  constructor(settings: CategorySettings<T>) {
    this.#settings = settings;
  }

  /**
   * Encodes a value. The bytes may be the codec's own: use them before anything else runs.
   * @throws {StockpileError} `STOCKPILE_VALUE_INVALID`: the codec threw, or answered something else than bytes.
   */
  encode(key: string, value: T): Uint8Array {
    const { codec } = this.#settings;
    const action = `Cannot encode ${this.#entryName(key)}`;
    let payload: unknown;
    try {
      payload = codec.encode(value);
    } catch (cause) {
      throw this.#invalid(`${action}: ${thrownMessage(cause)}`, cause);
    }
    if (payload instanceof Uint8Array) return payload;
    throw this.#invalid(
      `${action}: expected a Uint8Array from codec ${codec.name}: received ${typeof payload}`,
    );
  }

  /** Decodes a value. Throws whatever the codec does: see {@link undecodable}. */
  decode(payload: Uint8Array): T {
    return this.#settings.codec.decode(payload);
  }

  /** The error of a value that has more than `maxValueBytes`, encoded; `undefined` for any other. */
  checkSize(key: string, payload: Uint8Array): StockpileError | undefined {
    const { maxValueBytes } = this.#settings;
    if (payload.byteLength <= maxValueBytes) return undefined;
    return new StockpileError(
      "STOCKPILE_VALUE_TOO_LARGE",
      `Cannot store ${this.#entryName(key)}: expected at most ${maxValueBytes} bytes: received ${payload.byteLength}`,
    );
  }

  /** Wraps an encoded value, which is copied, into an entry of now that is fresh for `ttlMs`. */
  seal(key: string, payload: Uint8Array, ttlMs: number): SealedEntry {
    const { name, codec, clock, writeVersion } = this.#settings;
    const storedAt = clock.now();
    const freshUntil = Math.min(storedAt + ttlMs, MAX_TIME_MS);
    const header = {
      codecName: codec.name,
      writeVersion: writeVersion.next(),
      storedAt,
      freshUntil,
      graceUntil: freshUntil,
    };
    const value = encodeEnvelope(name, key, header, payload);
    return {
      entry: freshUntil === MAX_TIME_MS ? { value } : { value, expiresAt: freshUntil },
      lifetime: toLifetime(storedAt, this.#expiresAt(storedAt, freshUntil)),
    };
  }

  /** Unwraps an entry; `undefined` where it is no envelope of this key, or was encoded by another codec. */
  open(key: string, entry: StoredEntry): OpenedEntry | undefined {
    const { name, codec, clock } = this.#settings;
    const envelope = decodeEnvelope(entry.value, name, key);
    if (envelope === undefined || envelope.codecName !== codec.name) return undefined;
    const { payload, storedAt, freshUntil } = envelope;
    const expiresAt = this.#expiresAt(storedAt, freshUntil);
    return { payload, lifetime: toLifetime(storedAt, expiresAt), isFresh: clock.now() < expiresAt };
  }

  /** The error of an entry that cannot be opened. */
  unreadable(key: string): StockpileError {
    const expected = `an envelope of this key with a value of codec ${this.#settings.codec.name}`;
    return this.#invalid(`Cannot read ${this.#entryName(key)}: expected ${expected}: received other bytes`);
  }

  /** The error of a value that the codec cannot decode. */
  undecodable(key: string, cause: unknown): StockpileError {
    const { codec } = this.#settings;
    const message = `Cannot decode ${this.#entryName(key)} with codec ${codec.name}: ${thrownMessage(cause)}`;
    return this.#invalid(message, cause);
  }

  /** A `ttl` that was shortened since the entry was written counts for it as well. */
  #expiresAt(storedAt: number, freshUntil: number): number {
    return Math.min(freshUntil, storedAt + this.#settings.ttlMs);
  }

  #entryName(key: string): string {
    return `${quoteKey(key)} of category ${this.#settings.name}`;
  }

  #invalid(message: string, cause?: unknown): StockpileError {
    return new StockpileError("STOCKPILE_VALUE_INVALID", message, cause === undefined ? {} : { cause });
  }
}

function toLifetime(storedAt: number, expiresAt: number): Lifetime {
  return expiresAt === MAX_TIME_MS ? { storedAt } : { storedAt, expiresAt };
}
