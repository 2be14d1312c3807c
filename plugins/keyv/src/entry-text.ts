/**
 * Entries as text, which every adapter can store: `stockpile1 <expiresAt or -> <key> <value>`, the latter two in
 * Base64. The key is in it because that of the store may be a hash, or one that the store takes for the same; the
 * time, because some adapters know no time, or count in another unit.
 */
import type { StoredEntry } from "@stockpile/core/plugin";

const MARK = "stockpile1";
const NEVER = "-";
const FORM = /^stockpile1 (?<time>-|\d{1,20}(?:\.\d{1,6})?) (?<key>[A-Za-z0-9_-]+) /;

/** An entry with the key it was stored under. */
export interface KeyedEntry extends StoredEntry {
  readonly key: string;
}

export function encodeEntry(key: string, { value, expiresAt }: StoredEntry): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const time = expiresAt === undefined ? NEVER : String(expiresAt);
  return `${MARK} ${time} ${Buffer.from(key).toString("base64url")} ${bytes.toString("base64url")}`;
}

/** @returns `undefined` for what is none of ours: absent, somebody else's, or cut off in its head. */
export function decodeEntry(stored: unknown): KeyedEntry | undefined {
  const head = readHead(stored);
  if (head === undefined) return undefined;
  const { key, expiresAt, text, valueOffset } = head;
  // Copied, because small buffers of Node's share their memory.
  const value = new Uint8Array(Buffer.from(text.slice(valueOffset), "base64url"));
  return expiresAt === undefined ? { key, value } : { key, value, expiresAt };
}

/** Whose an entry is and when it expires; its value is not decoded. */
export function decodeHead(stored: unknown): Omit<KeyedEntry, "value"> | undefined {
  return readHead(stored);
}

function readHead(
  stored: unknown,
):
  | { readonly key: string; readonly expiresAt?: number; readonly text: string; readonly valueOffset: number }
  | undefined {
  const text = stored instanceof Uint8Array ? Buffer.from(stored).toString() : stored;
  if (typeof text !== "string") return undefined;
  const match = FORM.exec(text);
  const { time = NEVER, key = "" } = match?.groups ?? {};
  if (match === null) return undefined;
  const head = { key: Buffer.from(key, "base64url").toString(), text, valueOffset: match[0].length };
  return time === NEVER ? head : { ...head, expiresAt: Number(time) };
}
