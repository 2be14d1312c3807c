/**
 * How calls and results travel: all calls of one turn in one frame, all results that are ready together in another.
 *
 * Structured clone pays per object and per string, so numbers lie in one array per frame, a row per call,
 * and the bytes of all values in one buffer of exactly their size, transferred where it is large. Nothing else ever
 * shares that buffer: a small `Buffer` posted as it is would cross with its whole pool slab, other requests' bytes included.
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

const OPERATION_NAMES = Object.keys(Operation) as OperationName[];

/** The name of an operation code. */
export function operationName(code: OperationCode): OperationName {
  // Codes count from 1 in the order of the names.
  return OPERATION_NAMES[code - 1] as OperationName;
}

/** How a call ended: with nothing, an entry, other data, or an error. */
export const Status = { none: 0, entry: 1, data: 2, error: 3 } as const;

/** Columns of a call's row. `expiresAt` is NaN where there is none. */
export const CALL = {
  operation: 0,
  handle: 1,
  budgetMs: 2,
  category: 3,
  start: 4,
  end: 5,
  expiresAt: 6,
} as const;
export const CALL_COLUMNS = 7;

/** Columns of a result's row. `start` and `end` are of an entry's value; `start` is the index of data or an error. */
export const RESULT = { sequence: 0, status: 1, start: 2, end: 3, expiresAt: 4 } as const;
export const RESULT_COLUMNS = 5;

/**
 * The rows of a frame, numbers one after the other. A single row is a plain array: to clone a typed array costs 1 to 2
 * µs each way, more than seven numbers do, and a caller who is alone waits for that four times.
 */
export type Rows = Float64Array | readonly number[];

/**
 * Values of fewer bytes than this are copied with their frame instead of transferred: a transfer costs 2 µs more than
 * a small copy, and the two meet at 5 KB (a reply to another thread and back, Node 20).
 */
export const MIN_TRANSFER_BYTES = 4096;

/** Calls of one turn. */
export interface CallFrame {
  /** Sequence number of the first call; those of the others follow it. */
  readonly first: number;
  /** {@link CALL} columns per call. */
  readonly rows: Rows;
  /** The category names that rows refer to by index. */
  readonly categories: readonly string[];
  /** Per call: the key of a single operation, the keys, pairs or query of another. */
  readonly subjects: readonly unknown[];
  /** The values that rows and pairs refer to by start and end. */
  readonly bytes?: Uint8Array;
}

/** Results. */
export interface ReplyFrame {
  /** {@link RESULT} columns per result. */
  readonly rows: Rows;
  /** Data and errors that rows refer to by index. */
  readonly data?: readonly unknown[];
  /** The values that rows and data refer to by start and end. */
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

/** Packs an entry of a bulk operation. */
export function packEntry(entry: StoredEntry | undefined, packer: ValuePacker): PackedEntry {
  if (entry === undefined) return undefined;
  const start = packer.add(entry.value);
  return [start, packer.size, entry.expiresAt];
}

/** Gathers values into one buffer of exactly their size. */
export class ValuePacker {
  readonly #values: { readonly value: Uint8Array; readonly start: number; readonly end: number }[] = [];
  #size = 0;

  /** Remembers `value` and answers where it will start; it ends at the `size` thereafter. */
  add(value: Uint8Array): number {
    const start = this.#size;
    this.#size += value.byteLength;
    this.#values.push({ value, start, end: this.#size });
    return start;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The buffer, in memory of its own; `undefined` where no value was added. A value whose memory was taken away or
   * resized since leaves a gap or is cut, and its neighbours stay where they are.
   */
  pack(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#values.length === 0) return undefined;
    const bytes = new Uint8Array(this.#size);
    for (const { value, start, end } of this.#values) {
      const room = end - start;
      // Memory that was transferred away has no bytes, and cannot be read.
      if (value.byteLength > 0) bytes.set(value.byteLength <= room ? value : value.subarray(0, room), start);
    }
    return bytes;
  }
}
