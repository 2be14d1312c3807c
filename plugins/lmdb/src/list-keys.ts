import { getLastVersion } from "lmdb";
import type { ScanPage, ScanQuery } from "@stockpile/core/plugin";
import { entryKey, entryPrefix, keyOf } from "./entry-keys.js";
import type { ByteDatabase } from "./environment.js";
import { expiryOf, isExpired } from "./is-expired.js";

/** Of the values that are looked at for a page, what is copied at most before it ends early. */
const PAGE_BYTES = 16 * 1024 * 1024;

/**
 * Lists keys in the order of their bytes, which nothing changes: a key that is there throughout is listed exactly
 * once, whatever comes and goes. Looks at no more entries than the page may hold keys, so that a page may be short, or
 * empty, and yet not the last. A cursor is the key that was looked at last.
 * @param now milliseconds since the epoch.
 * @throws {TypeError} the cursor is none that a page carried.
 */
export function listKeys(
  entries: ByteDatabase,
  { category, generation, cursor, limit }: ScanQuery & { readonly generation: number },
  now: number,
): ScanPage {
  if (cursor === "") throw new TypeError('expected "cursor" to be one that a scan answered: received ""');
  const prefix = entryPrefix(category, generation);
  const start = cursor === undefined ? prefix : entryKey({ category, key: cursor }, generation);
  const end = entryPrefix(category, generation + 1);
  // One more than is asked for, and one for that of the cursor itself.
  const found = [...entries.getKeys({ start, end, limit: limit + 2 })].map((entry) => keyOf(entry, prefix));
  const next = found[0] === cursor ? found.slice(1) : found;
  const keys: string[] = [];
  let bytes = 0;
  for (const [index, key] of next.entries()) {
    const value = entries.getBinary(entryKey({ category, key }, generation));
    if (value !== undefined && !isExpired(expiryOf(getLastVersion()), now)) keys.push(key);
    bytes += value?.byteLength ?? 0;
    const isLast = index + 1 === next.length;
    if (!isLast && (index + 1 === limit || bytes > PAGE_BYTES)) return { keys, cursor: key };
  }
  return { keys };
}
