import type { StoredEntry } from "../../contract/backend.js";
import { StockpileError } from "../../contract/errors.js";
import type { CategorySettings } from "./category-settings.js";
import { decodeEnvelope, encodeEnvelope, MAX_TIME_MS } from "./envelope.js";
import { HeldEntry, type Decoder } from "./held-entry.js";
import { jsonCodec } from "./json-codec.js";
import { deepFreeze } from "./near/deep-freeze.js";
import { refreshTime } from "./refresh-time.js";
import { quoteKey } from "./quote-key.js";
import { thrownMessage } from "./thrown-message.js";
import { validate } from "./validate.js";

/** An entry to be stored, with what this process remembers of it meanwhile. */
export interface SealedEntry<T> {
  readonly entry: StoredEntry;
  readonly held: HeldEntry<T>;
}

/** Turns the values of one category into entries of a backend, and back. */
export class EntryCoder<T> implements Decoder<T> {
  readonly #settings: CategorySettings<T>;

  constructor(settings: CategorySettings<T>) {
    this.#settings = settings;
  }

  get sharesValues(): boolean {
    const { near } = this.#settings;
    return this.#freezes || (near !== false && near.values === "share");
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

  /** Decodes a value and checks it. Throws whatever the codec or the schema does: see {@link undecodable}. */
  decode(payload: Uint8Array): T {
    const { codec, schema } = this.#settings;
    const decoded = codec.decode(payload);
    return schema === undefined ? decoded : validate(schema, decoded);
  }

  /** A value that cannot be frozen is not shared. */
  share(value: T): boolean {
    return this.sharesValues && (!this.#freezes || deepFreeze(value));
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
  seal(key: string, payload: Uint8Array, ttlMs: number): SealedEntry<T> {
    const { clock, writeVersion, graceMs } = this.#settings;
    const storedAt = clock.now();
    const freshUntil = Math.min(storedAt + ttlMs, MAX_TIME_MS);
    const graceUntil = Math.min(freshUntil + graceMs, MAX_TIME_MS);
    return this.#wrap(key, payload, { writeVersion: writeVersion.next(), storedAt, freshUntil, graceUntil });
  }

  /**
   * The same value, expired now, as a newer entry.
   * @param stored What {@link open} has opened for that key.
   */
  sealExpired(key: string, stored: StoredEntry, version: number): SealedEntry<T> | undefined {
    const { name, clock, graceMs } = this.#settings;
    const envelope = decodeEnvelope(stored.value, name, key);
    if (envelope === undefined) return undefined;
    const freshUntil = Math.max(envelope.storedAt, Math.min(envelope.freshUntil, clock.now()));
    const graceUntil = Math.min(envelope.graceUntil, freshUntil + graceMs);
    const { payload, storedAt } = envelope;
    return this.#wrap(key, payload, { writeVersion: version, storedAt, freshUntil, graceUntil });
  }

  /** Unwraps an entry; `undefined` where it is no envelope of this key, or was encoded by another codec. */
  open(key: string, entry: StoredEntry): HeldEntry<T> | undefined {
    const { name, codec } = this.#settings;
    const envelope = decodeEnvelope(entry.value, name, key);
    if (envelope === undefined || envelope.codecName !== codec.name) return undefined;
    return this.#hold(envelope.payload, envelope, false);
  }

  /** The error of an entry that cannot be opened. */
  unreadable(key: string): StockpileError {
    const expected = `an envelope of this key with a value of codec ${this.#settings.codec.name}`;
    return this.#invalid(`Cannot read ${this.#entryName(key)}: expected ${expected}: received other bytes`);
  }

  /** The error of a value that the codec cannot decode, or that does not fit the schema. */
  undecodable(key: string, cause: unknown): StockpileError {
    const { codec } = this.#settings;
    const message = `Cannot decode ${this.#entryName(key)} with codec ${codec.name}: ${thrownMessage(cause)}`;
    return this.#invalid(message, cause);
  }

  #wrap(
    key: string,
    payload: Uint8Array,
    times: { writeVersion: number; storedAt: number; freshUntil: number; graceUntil: number },
  ): SealedEntry<T> {
    const { name, codec } = this.#settings;
    const value = encodeEnvelope(name, key, { codecName: codec.name, ...times }, payload);
    const { graceUntil } = times;
    const entry = graceUntil === MAX_TIME_MS ? { value } : { value, expiresAt: graceUntil };
    // The envelope has a copy of the payload: what is held must not change with the codec's own buffer.
    const copy = value.subarray(value.byteLength - payload.byteLength);
    return { entry, held: this.#hold(copy, times, true) };
  }

  /** A `ttl` or `grace` that was shortened since the entry was written counts for it as well. */
  #hold(
    payload: Uint8Array,
    times: { writeVersion: number; storedAt: number; freshUntil: number; graceUntil: number },
    isDetached: boolean,
  ): HeldEntry<T> {
    const { ttlMs, graceMs, refreshAheadMs } = this.#settings;
    const { writeVersion, storedAt } = times;
    const freshUntil = Math.min(times.freshUntil, storedAt + ttlMs);
    const graceUntil = Math.min(times.graceUntil, freshUntil + graceMs);
    const refreshAt = refreshTime(freshUntil, refreshAheadMs, writeVersion);
    const held = { writeVersion, storedAt, freshUntil, graceUntil, refreshAt };
    return new HeldEntry(payload, held, this, isDetached);
  }

  /** What another codec than ours makes is not known to be plain. */
  get #freezes(): boolean {
    const { near, codec } = this.#settings;
    return near !== false && near.values === "freeze" && codec.name === jsonCodec.name;
  }

  #entryName(key: string): string {
    return `${quoteKey(key)} of category ${this.#settings.name}`;
  }

  #invalid(message: string, cause?: unknown): StockpileError {
    return new StockpileError("STOCKPILE_VALUE_INVALID", message, cause === undefined ? {} : { cause });
  }
}
