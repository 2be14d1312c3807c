/** Reads results that came over a port. The far side may be hostile: nothing is believed, nothing is called on it. */
import type { StoredEntry } from "../../contract/backend.js";
import { RESULT_STRIDE, Status } from "../../contract/call-frames.js";
import { isWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";
import type { CallResult } from "./call.js";

/** One result of a reply. */
export interface Reply {
  readonly sequence: number;
  readonly error: WireError | undefined;
  readonly result: CallResult;
  /** Bytes of value it brought. */
  readonly resultBytes: number;
}

/**
 * Hands each result of `frame` to `accept`, in order.
 * @returns what is wrong with the frame, as the end of a sentence, or `undefined`; results before the wrong one
 *   have been handed on then.
 */
export function readReply(frame: unknown, accept: (reply: Reply) => string | undefined): string | undefined {
  if (typeof frame !== "object" || frame === null) return "the reply is no object";
  const { slots, bytes } = frame as Record<string, unknown>;
  if (!Array.isArray(slots) || slots.length % RESULT_STRIDE !== 0) return "the reply holds no whole results";
  if (bytes !== undefined && !(bytes instanceof Uint8Array)) return "the reply's values are no bytes";
  for (let at = 0; at < slots.length; at += RESULT_STRIDE) {
    const reply = readResult(slots, at, bytes);
    const fault = typeof reply === "string" ? reply : accept(reply);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function readResult(slots: readonly unknown[], at: number, bytes: Uint8Array | undefined): Reply | string {
  const sequence = slots[at];
  if (typeof sequence !== "number") return "a result has no sequence number";
  const subject = slots[at + 2];
  switch (slots[at + 1]) {
    case Status.none:
      return { sequence, error: undefined, result: undefined, resultBytes: 0 };
    case Status.entry: {
      const entry = readEntry(slots[at + 3], slots[at + 4], slots[at + 5], bytes);
      if (entry === undefined) return "a result's entry lies outside its values";
      return { sequence, error: undefined, result: entry, resultBytes: entry.value.byteLength };
    }
    case Status.data:
      if (Array.isArray(subject)) return readEntries(sequence, subject, bytes);
      if (typeof subject !== "object" || subject === null) return "a result holds no data";
      return { sequence, error: undefined, result: subject, resultBytes: 0 };
    case Status.error:
      if (!isWireError(subject)) return "a result's error has another form";
      return { sequence, error: subject, result: undefined, resultBytes: 0 };
    default:
      return "a result has an unknown status";
  }
}

function readEntries(sequence: number, packed: readonly unknown[], bytes: Uint8Array | undefined): Reply | string {
  const entries: (StoredEntry | undefined)[] = [];
  let resultBytes = 0;
  for (let index = 0; index < packed.length; index += 1) {
    const item = packed[index];
    if (item === undefined) {
      entries.push(undefined);
      continue;
    }
    if (!Array.isArray(item)) return "a result's entry has another form";
    const entry = readEntry(item[0], item[1], item[2], bytes);
    if (entry === undefined) return "a result's entry lies outside its values";
    resultBytes += entry.value.byteLength;
    entries.push(entry);
  }
  return { sequence, error: undefined, result: entries, resultBytes };
}

/** The entry as a view into the frame's values; `undefined` where it does not lie within them. */
function readEntry(
  start: unknown,
  end: unknown,
  expiresAt: unknown,
  bytes: Uint8Array | undefined,
): StoredEntry | undefined {
  if (!Number.isInteger(start) || !Number.isInteger(end)) return undefined;
  const [from, to] = [start as number, end as number]; // just seen to be integers
  if (from < 0 || to < from || to > (bytes?.byteLength ?? 0)) return undefined;
  const value = bytes?.subarray(from, to) ?? new Uint8Array(0);
  if (expiresAt === undefined) return { value };
  return typeof expiresAt === "number" && Number.isFinite(expiresAt) ? { value, expiresAt } : undefined;
}
