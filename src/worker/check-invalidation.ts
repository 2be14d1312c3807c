/** Checks what a backend reports as changed by others before it crosses: honest mistakes end here, at the caller. */
import type { EntryKey } from "../contract/backend.js";
import { textBytes } from "../contract/frame-limits.js";
import { MAX_INVALIDATED_BYTES, MAX_INVALIDATED_KEYS } from "../contract/protocol.js";

/**
 * The keys, rebuilt; "all" where they are more than may be named at once.
 * @throws {TypeError} it is neither "all" nor an array of keys.
 */
export function checkInvalidation(keys: unknown): readonly EntryKey[] | "all" {
  if (keys === "all") return keys;
  if (!Array.isArray(keys)) {
    throw new TypeError(`Cannot invalidate: expected "all" or an array of keys: received ${typeof keys}`);
  }
  if (keys.length > MAX_INVALIDATED_KEYS) return "all";
  let bytes = 0;
  const checked = Array.from(keys, (item: unknown) => {
    const { category, key } = Object(item) as Record<string, unknown>;
    if (typeof category === "string" && typeof key === "string") {
      bytes += textBytes(category) + textBytes(key);
      return { category, key };
    }
    throw new TypeError(
      `Cannot invalidate: expected keys of the form { category, key }, both strings: received ${typeof category} and ${typeof key}`,
    );
  });
  return bytes > MAX_INVALIDATED_BYTES ? "all" : checked;
}
