/** Calls the method of a backend that an operation names, or the loop that stands in for an absent one. */
import type { CallContext, EntryKey, ScanQuery, StorageBackend, StoredEntry } from "../contract/backend.js";
import { Operation, unpackKeys } from "../contract/call-frames.js";
import type { OperationCode, PackedEntry, PackedKey } from "../contract/call-frames.js";

/** One call as it came over the port; what `subject` is depends on the operation. */
export interface BackendCall {
  readonly backend: StorageBackend;
  readonly operation: OperationCode;
  readonly category: string;
  readonly subject: unknown;
  readonly start: number;
  readonly end: number;
  readonly expiresAt: number | undefined;
  readonly bytes: Uint8Array | undefined;
}

/** Starts the call and answers what the backend answers, checked by nobody yet. */
export function callBackend(call: BackendCall, context: CallContext): unknown {
  const { backend, category, subject } = call;
  // The casts state what the host sends as subject of each operation (see docs/protocol.md).
  switch (call.operation) {
    case Operation.get:
      return backend.get({ category, key: subject as string }, context);
    case Operation.put:
      return backend.put(
        { category, key: subject as string },
        entryOf([call.start, call.end, call.expiresAt], call.bytes),
        context,
      );
    case Operation.purge:
      return backend.purge({ category, key: subject as string }, context);
    case Operation.getMany:
      return getMany(backend, unpackKeys(subject as PackedKey[]), context);
    case Operation.putMany:
      return putMany(backend, unpackEntries(subject as PackedPair[], call.bytes), context);
    case Operation.purgeMany:
      return purgeMany(backend, unpackKeys(subject as PackedKey[]), context);
    case Operation.scan:
      return required(backend, "scan")(subject as ScanQuery, context);
    case Operation.clear:
      return required(backend, "clear")(category, context);
    case Operation.ping:
      return required(backend, "ping")(context);
    default:
      throw new Error(`Operation ${String(call.operation satisfies never)} is unknown`);
  }
}

type PackedPair = readonly [PackedKey, Exclude<PackedEntry, undefined>];

function getMany(backend: StorageBackend, keys: EntryKey[], context: CallContext): unknown {
  if (backend.getMany !== undefined) return backend.getMany(keys, context);
  return Promise.all(keys.map(async (key) => backend.get(key, context)));
}

function putMany(
  backend: StorageBackend,
  entries: (readonly [EntryKey, StoredEntry])[],
  context: CallContext,
): unknown {
  if (backend.putMany !== undefined) return backend.putMany(entries, context);
  return everyOne(entries.map(async ([key, entry]) => backend.put(key, entry, context)));
}

function purgeMany(backend: StorageBackend, keys: EntryKey[], context: CallContext): unknown {
  if (backend.purgeMany !== undefined) return backend.purgeMany(keys, context);
  return everyOne(keys.map(async (key) => backend.purge(key, context)));
}

/** Waits for all, so that a failure does not hide that others are still under way; then reports the first failure. */
async function everyOne(writes: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(writes);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The host asks for an optional operation only where the backend has it; a method may still have been removed. */
function required<Name extends "scan" | "clear" | "ping">(
  backend: StorageBackend,
  name: Name,
): NonNullable<StorageBackend[Name]> {
  const method = backend[name];
  if (method === undefined) throw new Error(`The storage backend has no method "${name}"`);
  return method.bind(backend) as NonNullable<StorageBackend[Name]>; // bound, it keeps its own signature
}

function unpackEntries(
  pairs: readonly PackedPair[],
  bytes: Uint8Array | undefined,
): (readonly [EntryKey, StoredEntry])[] {
  return pairs.map(([[category, key], packed]) => [{ category, key }, entryOf(packed, bytes)] as const);
}

/** An entry in memory of its own: a backend may keep it, and must not keep a whole frame alive with it. */
function entryOf(
  [start, end, expiresAt]: readonly [number, number, number | undefined],
  bytes: Uint8Array | undefined,
): StoredEntry {
  const value = bytes === undefined ? new Uint8Array(0) : sliceOf(bytes, start, end);
  return expiresAt === undefined ? { value } : { value, expiresAt };
}

function sliceOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return start === 0 && end === bytes.byteLength ? bytes : bytes.slice(start, end);
}
