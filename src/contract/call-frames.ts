/**
 * How calls and results travel: all calls of one turn in one frame, all results ready together in another.
 *
 * A frame is a flat array of fixed stride, because structured clone pays per object, and the values of all its
 * entries lie in one buffer of exactly their size, which is transferred. Nothing else ever shares that buffer: a
 * small `Buffer` posted as it is would cross with its whole pool slab, other requests' bytes included.
 */
import type { EntryKey, StoredEntry } from "./backend.js";

/** Operation codes on the wire. */
export const Operation = {
  get: 1,
  put: 2,
  purge: 3,
  getMany: 4,
  putMany: 5,
  purgeMany: 6,
  scan: 7,
  clear: 8,
  ping: 9,
} as const;

export type OperationName = keyof typeof Operation;
export type OperationCode = (typeof Operation)[OperationName];

export const OPERATION_NAMES: readonly OperationName[] = Object.keys(Operation) as OperationName[];

/** The name of an operation code. */
export function operationName(code: OperationCode): OperationName {
  // Codes count from 1 in the order of the names.
  return OPERATION_NAMES[code - 1] as OperationName;
}

/** Slots of one call: sequence, operation, handle, time left in ms, category, subject, value start, value end, expiresAt. */
export const CALL_STRIDE = 9;
/** Slots of one result: sequence, status, subject, value start, value end, expiresAt. */
export const RESULT_STRIDE = 6;

/** How a call ended. */
export const Status = { none: 0, entry: 1, data: 2, error: 3 } as const;

/** Calls of one turn. `slots` holds `CALL_STRIDE` slots per call; `bytes` the values they refer to by start and end. */
export interface CallFrame {
  readonly slots: readonly unknown[];
  readonly bytes?: Uint8Array;
}

/** Results. `slots` holds `RESULT_STRIDE` slots per result; `bytes` the values they refer to by start and end. */
export interface ReplyFrame {
  readonly slots: readonly unknown[];
  readonly bytes?: Uint8Array;
}

/** An entry within a bulk operation: value start, value end, expiresAt; `undefined` for none. */
export type PackedEntry = readonly [start: number, end: number, expiresAt: number | undefined] | undefined;

/** A key within a bulk operation. */
export type PackedKey = readonly [category: string, key: string];

export function packKeys(keys: readonly EntryKey[]): PackedKey[] {
  return keys.map(({ category, key }) => [category, key]);
}

export function unpackKeys(keys: readonly PackedKey[]): EntryKey[] {
  return keys.map(([category, key]) => ({ category, key }));
}

/** Gathers values into one exact buffer. */
export class ValuePacker {
  readonly #values: Uint8Array[] = [];
  #size = 0;

  /** Remembers `value` and answers where it will start; it ends where the next one starts. */
  add(value: Uint8Array): number {
    const start = this.#size;
    this.#values.push(value);
    this.#size += value.byteLength;
    return start;
  }

  get size(): number {
    return this.#size;
  }

  /** The buffer, in memory of its own; `undefined` where no value was added. */
  pack(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#values.length === 0) return undefined;
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const value of this.#values) {
      bytes.set(value, at);
      at += value.byteLength;
    }
    return bytes;
  }
}

/** Packs an entry of a bulk operation. */
export function packEntry(entry: StoredEntry | undefined, packer: ValuePacker): PackedEntry {
  if (entry === undefined) return undefined;
  const start = packer.add(entry.value);
  return [start, start + entry.value.byteLength, entry.expiresAt];
}
