/** Reads results that came over a port. The far side may be hostile: nothing is believed, nothing is called on it. */
import type { ScanPage, StoredEntry } from "../../contract/backend.js";
import { RESULT, RESULT_COLUMNS, Status } from "../../contract/call-frames.js";
import type { Rows } from "../../contract/call-frames.js";
import { hasOnlyItems, hasOnlyMembers } from "../../contract/has-only.js";
import { isWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";
import type { CallResult } from "./call.js";

/** Takes the results of a reply, one by one; answers what is wrong with one, or `undefined`. */
export interface ReplyReceiver {
  /** The most items a list that answers this call may have: a list can claim billions and weigh nothing. */
  maxItems(sequence: number): number;
  /** @param entryBytes What an entry of the result weighs, on average; 0 where it has none. */
  result(sequence: number, result: CallResult, entryBytes: number): string | undefined;
  error(sequence: number, error: WireError): string | undefined;
}

/**
 * Hands each result of `frame` to `receiver`, in order.
 * @returns what is wrong with the frame, as the end of a sentence, or `undefined`; results before the wrong one
 *   have been handed on then.
 */
export function readReply(frame: unknown, receiver: ReplyReceiver): string | undefined {
  if (typeof frame !== "object" || frame === null) return "a reply is no object";
  const { rows, data, bytes } = frame as Record<string, unknown>;
  if (!areRows(rows)) return "a reply holds no whole results";
  if (data !== undefined && !Array.isArray(data)) return "a reply's data is no array";
  if (bytes !== undefined && !(bytes instanceof Uint8Array)) return "a reply's values are no bytes";
  if (!hasOnlyMembers(frame, REPLY_MEMBERS)) return "a reply has members of no use";
  if (data !== undefined && !hasOnlyItems(data)) return "a reply's data is no list";
  const reply = { rows, data: data ?? [], bytes: bytes ?? NO_BYTES, nextData: 0, usedBytes: 0 };
  for (let at = 0; at < rows.length; at += RESULT_COLUMNS) {
    const fault = readResult(reply, at, receiver);
    if (fault !== undefined) return fault;
  }
  // What no result refers to was sent for the host to read and decode it.
  if (reply.nextData !== reply.data.length) return "a reply has more data than results";
  return reply.usedBytes === reply.bytes.byteLength ? undefined : "a reply has values of no result";
}

/** Whether these are whole rows: of any number in a typed array, of one in a plain array. */
function areRows(rows: unknown): rows is Rows {
  if (rows instanceof Float64Array) return rows.length % RESULT_COLUMNS === 0;
  return Array.isArray(rows) && rows.length === RESULT_COLUMNS && hasOnlyItems(rows) && rows.every(isNumber);
}

function isNumber(item: unknown): item is number {
  return typeof item === "number";
}

const REPLY_MEMBERS: ReadonlySet<string> = new Set(["rows", "data", "bytes"]);
const PAGE_MEMBERS: ReadonlySet<string> = new Set(["keys", "cursor"]);
const PACKED_MEMBERS = 3;
const NO_BYTES = new Uint8Array(0);

interface Reply {
  readonly rows: Rows;
  readonly data: readonly unknown[];
  readonly bytes: Uint8Array;
  /** How many of `data` have been referred to: each once, in order. */
  nextData: number;
  /** Where the last of the values ends that have been referred to. */
  usedBytes: number;
}

/** @param at Where the result's row begins. */
function readResult(reply: Reply, at: number, receiver: ReplyReceiver): string | undefined {
  const { rows } = reply;
  // A column that is not there cannot be: the length was checked.
  const sequence = rows[at + RESULT.sequence] as number;
  const start = rows[at + RESULT.start] as number;
  switch (rows[at + RESULT.status]) {
    case Status.none:
      return receiver.result(sequence, undefined, 0);
    case Status.entry: {
      const entry = readEntry(reply, start, rows[at + RESULT.end], rows[at + RESULT.expiresAt]);
      if (entry === undefined) return "a result's entry lies outside its values";
      return receiver.result(sequence, entry, entry.value.byteLength);
    }
    case Status.data:
      return readData(reply, sequence, nextData(reply, start), receiver);
    case Status.error: {
      const error = nextData(reply, start);
      return isWireError(error) ? receiver.error(sequence, error) : "a result's error has another form";
    }
    default:
      return "a result has an unknown status";
  }
}

/** What a result refers to; `undefined` where that is not the next that was sent. */
function nextData(reply: Reply, index: number): unknown {
  if (index !== reply.nextData) return undefined;
  reply.nextData += 1;
  return reply.data[index];
}

function readData(
  reply: Reply,
  sequence: number,
  data: unknown,
  receiver: ReplyReceiver,
): string | undefined {
  if (typeof data !== "object" || data === null) return "a result holds no data";
  const maxItems = receiver.maxItems(sequence);
  if (!Array.isArray(data)) {
    const page = readPage(data, maxItems);
    return page === undefined ? "a result's page has another form" : receiver.result(sequence, page, 0);
  }
  if (data.length > maxItems) return "a result has more entries than were asked for";
  if (!hasOnlyItems(data)) return "a result's entries have another form";
  const entries: (StoredEntry | undefined)[] = [];
  let found = 0;
  let foundBytes = 0;
  for (let index = 0; index < data.length; index += 1) {
    const item: unknown = data[index];
    if (item !== undefined && !isPacked(item)) return "a result's entry has another form";
    const entry = item === undefined ? undefined : readEntry(reply, item[0], item[1], item[2] ?? NaN);
    if (item !== undefined && entry === undefined) return "a result's entry lies outside its values";
    if (entry !== undefined) {
      found += 1;
      foundBytes += entry.value.byteLength;
    }
    entries.push(entry);
  }
  return receiver.result(sequence, entries, found === 0 ? 0 : foundBytes / found);
}

/** An entry of several: where it begins, where it ends, and when it expires. */
function isPacked(item: unknown): item is readonly unknown[] {
  return Array.isArray(item) && item.length <= PACKED_MEMBERS && hasOnlyItems(item);
}

/** The page, rebuilt; `undefined` where it is none, or has more keys than it may. */
function readPage(data: object, maxKeys: number): ScanPage | undefined {
  const { keys, cursor } = data as Record<string, unknown>;
  if (!Array.isArray(keys) || keys.length > maxKeys) return undefined;
  if (!hasOnlyMembers(data, PAGE_MEMBERS) || !hasOnlyItems(keys)) return undefined;
  if (cursor !== undefined && typeof cursor !== "string") return undefined;
  const read: string[] = [];
  for (let index = 0; index < keys.length; index += 1) {
    const key: unknown = keys[index];
    if (typeof key !== "string") return undefined;
    read.push(key);
  }
  return cursor === undefined ? { keys: read } : { keys: read, cursor };
}

/**
 * The entry as a view into the frame's values; `undefined` where it does not lie within them.
 * @param expiresAt NaN for none.
 */
function readEntry(reply: Reply, start: unknown, end: unknown, expiresAt: unknown): StoredEntry | undefined {
  const { bytes } = reply;
  if (typeof start !== "number" || typeof end !== "number" || typeof expiresAt !== "number") return undefined;
  // NaN fails this too, and a fraction is cut to bytes that were sent.
  if (!(start >= 0 && start <= end && end <= bytes.byteLength)) return undefined;
  reply.usedBytes = Math.max(reply.usedBytes, end);
  const value = new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
  return Number.isFinite(expiresAt) ? { value, expiresAt } : { value };
}
