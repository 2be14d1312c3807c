/** Checks what a backend reports as changed: the host ends a plugin for what it cannot read. */
import type { EntryKey } from "../contract/backend.js";
import { MAX_INVALIDATED_KEYS } from "../contract/protocol.js";

/**
 * @returns the keys as they may cross; "all" where there are more than a frame may name.
 * @throws {TypeError} they are neither "all" nor an array of categories and keys.
 */
export function checkInvalidation(keys: unknown): readonly EntryKey[] | "all" {
  if (keys === "all") return keys;
  if (!Array.isArray(keys)) throw refusal(keys === null ? "null" : typeof keys);
  if (keys.length > MAX_INVALIDATED_KEYS) return "all";
  return Array.from(keys, (key: unknown) => {
    const { category, key: name } = Object(key) as Record<string, unknown>;
    if (typeof category !== "string" || typeof name !== "string") throw refusal("an array of something else");
    return { category, key: name };
  });
}

function refusal(received: string): TypeError {
  return new TypeError(
    `Cannot invalidate: expected "all" or an array of { category, key }: received ${received}`,
  );
}
