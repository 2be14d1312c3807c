/** Packs the calls of one turn into one frame. */
import { transfer } from "comlink";
import type { EntryKey, StoredEntry } from "../../contract/backend.js";
import {
  CALL,
  CALL_COLUMNS,
  MIN_TRANSFER_BYTES,
  Operation,
  ValuePacker,
  packEntry,
} from "../../contract/call-frames.js";
import type { CallFrame } from "../../contract/call-frames.js";
import type { PendingCall } from "./call.js";

const NO_CALL: readonly number[] = Array.from({ length: CALL_COLUMNS }, () => 0);

/** @param calls At least one; their sequence numbers follow each other. */
export function packCalls(calls: readonly PendingCall[]): CallFrame {
  const rows = calls.length === 1 ? NO_CALL.slice() : new Float64Array(calls.length * CALL_COLUMNS);
  const subjects: unknown[] = [];
  const categories: string[] = [];
  const packer = new ValuePacker();
  let lastCategory = -1;
  let at = 0;
  for (const { request, budgetMs } of calls) {
    const { operation, handle, category, entry, subject } = request;
    if (categories[lastCategory] !== category) lastCategory = indexOf(categories, category);
    rows[at + CALL.operation] = operation;
    rows[at + CALL.handle] = handle;
    rows[at + CALL.budgetMs] = budgetMs;
    rows[at + CALL.category] = lastCategory;
    if (entry !== undefined) {
      rows[at + CALL.start] = packer.add(entry.value);
      rows[at + CALL.end] = packer.size;
      rows[at + CALL.expiresAt] = entry.expiresAt ?? NaN;
    }
    subjects.push(operation === Operation.putMany ? packPairs(subject, packer) : subject);
    at += CALL_COLUMNS;
  }
  const first = calls[0]?.sequence ?? 0;
  const bytes = packer.pack();
  if (bytes === undefined) return { first, rows, categories, subjects };
  const frame = { first, rows, categories, subjects, bytes };
  return bytes.byteLength < MIN_TRANSFER_BYTES ? frame : transfer(frame, [bytes.buffer]);
}

/** The index of a name, which is added where it is new. */
function indexOf(names: string[], name: string): number {
  const index = names.indexOf(name);
  return index === -1 ? names.push(name) - 1 : index;
}

function packPairs(pairs: unknown, packer: ValuePacker): unknown[] {
  // The subject of a putMany is made by backend-client.ts.
  return (pairs as readonly (readonly [EntryKey, StoredEntry])[]).map(([{ category, key }, entry]) => [
    [category, key],
    packEntry(entry, packer),
  ]);
}
