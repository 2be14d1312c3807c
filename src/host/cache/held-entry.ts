import type { StockpileError } from "../../contract/errors.js";
import { MAX_TIME_MS } from "./envelope.js";
import type { LookupOrigin, LookupSource } from "./lookup.js";

/** What is known of a value besides the value. Times in ms since the epoch; `MAX_TIME_MS` stands for "always". */
export interface EntryTimes {
  readonly writeVersion: number;
  readonly storedAt: number;
  /** Until when the value is fresh: the earlier of what its envelope says and what today's `ttl` does. */
  readonly freshUntil: number;
  /** Until when the value may be answered at all. */
  readonly graceUntil: number;
  /** From when on a hit has the value loaded again, in the background. */
  readonly refreshAt: number;
}

/** Turns encoded values into values. */
export interface Decoder<T> {
  /** Whether one value is handed to everybody, where it can be; otherwise each is given one of its own. */
  readonly sharesValues: boolean;
  /** Throws whatever the codec or the schema does. */
  decode(payload: Uint8Array): T;
  /** Makes a value fit to be handed to everybody; answers whether it is. */
  share(value: T): boolean;
}

/** A value as this process holds it: read, loaded or set, for as long as somebody refers to it. */
export class HeldEntry<T> implements EntryTimes {
  readonly writeVersion: number;
  readonly storedAt: number;
  freshUntil: number;
  graceUntil: number;
  refreshAt: number;
  /** Size of the encoded value. */
  readonly payloadBytes: number;
  readonly #decoder: Decoder<T>;
  /** `undefined` once there is a value to share. */
  #payload: Uint8Array | undefined;
  #value: T | undefined;
  #isDetached: boolean;

  /**
   * @param payload The encoded value.
   * @param isDetached Whether nobody else changes that memory, or keeps it from being reused.
   */
  constructor(payload: Uint8Array, times: EntryTimes, decoder: Decoder<T>, isDetached: boolean) {
    this.writeVersion = times.writeVersion;
    this.storedAt = times.storedAt;
    this.freshUntil = times.freshUntil;
    this.graceUntil = times.graceUntil;
    this.refreshAt = times.refreshAt;
    this.payloadBytes = payload.byteLength;
    this.#decoder = decoder;
    this.#payload = payload;
    this.#value = undefined;
    this.#isDetached = isDetached;
  }

  /** The value, for one caller. Throws what the codec or the schema does. */
  take(): T {
    if (this.#payload === undefined) return this.#value as T; // it was set before the payload was dropped
    const value = this.#decoder.decode(this.#payload);
    if (this.#decoder.share(value)) {
      this.#value = value;
      this.#payload = undefined;
    }
    return value;
  }

  /** Refers to no memory of others from now on. Throws as {@link take}. */
  detach(): void {
    if (this.#decoder.sharesValues) this.take();
    if (!this.#isDetached) this.#payload = this.#payload?.slice();
    this.#isDetached = true;
  }

  /** Makes it stale from `now` on, for `graceMs` at most. */
  expire(now: number, graceMs: number): void {
    this.freshUntil = Math.min(this.freshUntil, now);
    this.graceUntil = Math.min(this.graceUntil, this.freshUntil + graceMs);
    this.refreshAt = MAX_TIME_MS;
  }

  /** How a get ends that is answered with it. */
  origin(source: LookupSource, stale: boolean, failures: readonly StockpileError[]): LookupOrigin {
    const { storedAt, freshUntil } = this;
    if (freshUntil === MAX_TIME_MS) return { source, stale, storedAt, failures };
    return { source, stale, storedAt, expiresAt: freshUntil, failures };
  }
}
