/** Checks what a backend returned and packs it for the port: honest mistakes end here, as errors of their call. */
import type { ScanPage, StoredEntry } from "../contract/backend.js";
import { Operation, Status, packEntry } from "../contract/call-frames.js";
import type { OperationCode, ValuePacker } from "../contract/call-frames.js";

export interface BackendResult {
  readonly sequence: number;
  readonly operation: OperationCode;
  readonly result: unknown;
  readonly maxValueBytes: number;
}

/**
 * Appends the result's slots.
 * @throws {TypeError | RangeError} the result is not what the contract says; nothing has been appended then.
 */
export function packResult(call: BackendResult, slots: unknown[], packer: ValuePacker): void {
  const { sequence, operation, result, maxValueBytes } = call;
  switch (operation) {
    case Operation.get: {
      if (result === undefined) {
        slots.push(sequence, Status.none, undefined, 0, 0, undefined);
        return;
      }
      const entry = checkEntry(result, maxValueBytes);
      const start = packer.add(entry.value);
      slots.push(sequence, Status.entry, undefined, start, start + entry.value.byteLength, entry.expiresAt);
      return;
    }
    case Operation.getMany: {
      const entries = checkEntries(result, maxValueBytes);
      const packed = entries.map((entry) => packEntry(entry, packer));
      slots.push(sequence, Status.data, packed, 0, 0, undefined);
      return;
    }
    case Operation.scan:
      slots.push(sequence, Status.data, checkPage(result), 0, 0, undefined);
      return;
    default:
      // Writes and pings are done when they are done; whatever they return stays here.
      slots.push(sequence, Status.none, undefined, 0, 0, undefined);
  }
}

function checkEntry(result: unknown, maxValueBytes: number): StoredEntry {
  if (typeof result !== "object" || result === null) {
    throw new TypeError(`expected { value: Uint8Array, expiresAt?: number } or undefined: received ${kindOf(result)}`);
  }
  const { value, expiresAt } = result as Record<string, unknown>;
  if (!(value instanceof Uint8Array)) {
    throw new TypeError(`expected "value" to be a Uint8Array: received ${kindOf(value)}`);
  }
  if (expiresAt !== undefined && !(typeof expiresAt === "number" && Number.isFinite(expiresAt))) {
    throw new TypeError(`expected "expiresAt" to be milliseconds since the epoch: received ${kindOf(expiresAt)}`);
  }
  // A plain view of the same memory: a subclass may say of its length what it likes.
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.byteLength > maxValueBytes) {
    throw new RangeError(`expected at most ${maxValueBytes} bytes: received ${bytes.byteLength}`);
  }
  return expiresAt === undefined ? { value: bytes } : { value: bytes, expiresAt: expiresAt as number };
}

function checkEntries(result: unknown, maxValueBytes: number): (StoredEntry | undefined)[] {
  if (!Array.isArray(result)) throw new TypeError(`expected an array of entries: received ${kindOf(result)}`);
  return Array.from(result as unknown[], (entry) =>
    entry === undefined ? undefined : checkEntry(entry, maxValueBytes),
  );
}

function checkPage(result: unknown): ScanPage {
  if (typeof result !== "object" || result === null) {
    throw new TypeError(`expected { keys: string[], cursor?: string }: received ${kindOf(result)}`);
  }
  const { keys, cursor } = result as Record<string, unknown>;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string")) {
    throw new TypeError(`expected "keys" to be an array of strings: received ${kindOf(keys)}`);
  }
  if (cursor !== undefined && typeof cursor !== "string") {
    throw new TypeError(`expected "cursor" to be a string: received ${kindOf(cursor)}`);
  }
  const page = { keys: Array.from(keys as string[]) };
  return cursor === undefined ? page : { ...page, cursor };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return Array.isArray(value) ? "an array" : `an object (${value.constructor?.name ?? "no constructor"})`;
}
