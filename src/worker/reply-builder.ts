/** Gathers results for one reply. Checks what backends returned: honest mistakes end here, as errors of their call. */
import { transfer } from "comlink";
import type { ScanPage, ScanQuery, StoredEntry } from "../contract/backend.js";
import {
  MIN_TRANSFER_BYTES,
  Operation,
  RESULT_COLUMNS,
  Status,
  ValuePacker,
  packEntry,
} from "../contract/call-frames.js";
import type { OperationCode, ReplyFrame } from "../contract/call-frames.js";
import {
  MAX_BULK_BYTES,
  MAX_FRAME_BYTES,
  MAX_FRAME_DATA_BYTES,
  MAX_RESULT_DATA_BYTES,
  textBytes,
} from "../contract/frame-limits.js";
import type { WireError } from "../contract/wire-error.js";

export class ReplyBuilder {
  readonly #maxValueBytes: number;
  #rows: number[] = [];
  #data: unknown[] = [];
  /** What they take, about. */
  #dataBytes = 0;
  #packer = new ValuePacker();

  constructor(maxValueBytes: number) {
    this.#maxValueBytes = maxValueBytes;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** Whether what was added is to leave now. */
  get isFull(): boolean {
    return this.#packer.size >= MAX_FRAME_BYTES || this.#dataBytes >= MAX_FRAME_DATA_BYTES;
  }

  /**
   * Adds what a backend answered.
   * @param subject What the call came with: the keys of a `getMany`, the query of a `scan`.
   * @throws {TypeError | RangeError} it is not what the contract says; nothing has been added then.
   */
  addResult(sequence: number, operation: OperationCode, result: unknown, subject?: unknown): void {
    if (operation === Operation.get && result !== undefined) {
      const { value, expiresAt = NaN } = checkEntry(result, this.#maxValueBytes);
      const start = this.#packer.add(value);
      this.#rows.push(sequence, Status.entry, start, this.#packer.size, expiresAt);
      this.#dataBytes += ROW_BYTES;
    } else if (operation === Operation.getMany) {
      // The host sends the keys as an array, and a query with a limit.
      const entries = checkEntries(result, (subject as readonly unknown[]).length, this.#maxValueBytes);
      const packed = entries.map((entry) => packEntry(entry, this.#packer));
      this.#addData(sequence, Status.data, packed, entries.length * PACKED_ENTRY_BYTES);
    } else if (operation === Operation.scan) {
      const page = checkPage(result, (subject as ScanQuery).limit);
      this.#addData(sequence, Status.data, page, pageBytes(page));
    } else {
      // Writes and pings are done when they are done; whatever they return stays here.
      this.#rows.push(sequence, Status.none, 0, 0, NaN);
      this.#dataBytes += ROW_BYTES;
    }
  }

  addError(sequence: number, error: WireError): void {
    this.#addData(sequence, Status.error, error, errorBytes(error));
  }

  /** What was added, as one frame; the builder is empty again. */
  build(): ReplyFrame {
    const rows = this.#rows.length === RESULT_COLUMNS ? this.#rows : new Float64Array(this.#rows);
    const bytes = this.#packer.pack();
    const data = this.#data;
    this.#rows = [];
    this.#data = [];
    this.#dataBytes = 0;
    this.#packer = new ValuePacker();
    // Written out: spreading what may be absent takes longer than all the rest of a small frame.
    if (bytes === undefined) return data.length === 0 ? { rows } : { rows, data };
    const frame = data.length === 0 ? { rows, bytes } : { rows, data, bytes };
    return bytes.byteLength < MIN_TRANSFER_BYTES ? frame : transfer(frame, [bytes.buffer]);
  }

  #addData(sequence: number, status: number, data: unknown, bytes: number): void {
    this.#rows.push(sequence, status, this.#data.length, 0, NaN);
    this.#data.push(data);
    this.#dataBytes += ROW_BYTES + bytes;
  }
}

const ROW_BYTES = RESULT_COLUMNS * Float64Array.BYTES_PER_ELEMENT;
/** Of an entry of a `getMany`: three numbers in an array. */
const PACKED_ENTRY_BYTES = 32;

function pageBytes({ keys, cursor = "" }: ScanPage): number {
  return keys.reduce((sum, key) => sum + textBytes(key), textBytes(cursor));
}

function errorBytes({ name, message, code = "", stack = "", cause }: WireError): number {
  const ownBytes = [name, message, code, stack].reduce((sum, text) => sum + textBytes(text), 0);
  return ownBytes + (cause === undefined ? 0 : errorBytes(cause));
}

function checkEntry(result: unknown, maxValueBytes: number): StoredEntry {
  if (typeof result !== "object" || result === null) {
    throw new TypeError(
      `expected { value: Uint8Array, expiresAt?: number } or undefined: received ${kindOf(result)}`,
    );
  }
  const { value, expiresAt } = result as Record<string, unknown>;
  if (!(value instanceof Uint8Array)) {
    throw new TypeError(`expected "value" to be a Uint8Array: received ${kindOf(value)}`);
  }
  if (expiresAt !== undefined && !(typeof expiresAt === "number" && Number.isFinite(expiresAt))) {
    throw new TypeError(
      `expected "expiresAt" to be milliseconds since the epoch: received ${kindOf(expiresAt)}`,
    );
  }
  // A plain view of the same memory: a subclass may say of its length what it likes.
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.byteLength > maxValueBytes) {
    throw new RangeError(`expected at most ${maxValueBytes} bytes: received ${bytes.byteLength}`);
  }
  return expiresAt === undefined ? { value: bytes } : { value: bytes, expiresAt };
}

function checkEntries(result: unknown, count: number, maxValueBytes: number): (StoredEntry | undefined)[] {
  if (!Array.isArray(result)) throw new TypeError(`expected an array of entries: received ${kindOf(result)}`);
  if (count * PACKED_ENTRY_BYTES > MAX_RESULT_DATA_BYTES) {
    throw new RangeError(
      `expected at most ${MAX_RESULT_DATA_BYTES / PACKED_ENTRY_BYTES} keys at once: received ${count}`,
    );
  }
  if (result.length !== count) {
    throw new RangeError(`expected one result for each of ${count} keys: received ${result.length}`);
  }
  const entries = Array.from(result, (entry: unknown) =>
    entry === undefined ? undefined : checkEntry(entry, maxValueBytes),
  );
  const bytes = entries.reduce((sum, entry) => sum + (entry?.value.byteLength ?? 0), 0);
  if (bytes > MAX_BULK_BYTES) {
    throw new RangeError(`expected at most ${MAX_BULK_BYTES} bytes in all: received ${bytes}`);
  }
  return entries;
}

function checkPage(result: unknown, limit: number): ScanPage {
  if (typeof result !== "object" || result === null) {
    throw new TypeError(`expected { keys: string[], cursor?: string }: received ${kindOf(result)}`);
  }
  const { keys, cursor } = result as Record<string, unknown>;
  if (!Array.isArray(keys)) {
    throw new TypeError(`expected "keys" to be an array of strings: received ${kindOf(keys)}`);
  }
  if (keys.length > limit) throw new RangeError(`expected at most ${limit} keys: received ${keys.length}`);
  // By index, so that a hole in the array does not pass for a string.
  const texts = Array.from(keys, (key: unknown) => {
    if (typeof key === "string") return key;
    throw new TypeError(`expected "keys" to be an array of strings: received ${kindOf(key)} in it`);
  });
  if (cursor !== undefined && typeof cursor !== "string") {
    throw new TypeError(`expected "cursor" to be a string: received ${kindOf(cursor)}`);
  }
  const page = cursor === undefined ? { keys: texts } : { keys: texts, cursor };
  const bytes = pageBytes(page);
  if (bytes > MAX_RESULT_DATA_BYTES) {
    throw new RangeError(`expected at most ${MAX_RESULT_DATA_BYTES} bytes of keys: received ${bytes}`);
  }
  return page;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return Array.isArray(value) ? "an array" : `an object (${value.constructor?.name ?? "no constructor"})`;
}
