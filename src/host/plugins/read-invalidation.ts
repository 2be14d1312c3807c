/** Reads what a backend reports as changed by others. It came over the port unchecked. */
import type { EntryKey } from "../../contract/backend.js";
import { hasOnlyItems, hasOnlyMembers } from "../../contract/has-only.js";
import { MAX_INVALIDATED_KEYS } from "../../contract/protocol.js";

/** Keys by category, or all there are. */
export type Invalidation = ReadonlyMap<string, readonly string[]> | "all";

/** The keys by category, or "all"; `undefined` where it is neither. */
export function readInvalidation(keys: unknown): Invalidation | undefined {
  if (keys === "all") return keys;
  if (!Array.isArray(keys) || keys.length > MAX_INVALIDATED_KEYS || !hasOnlyItems(keys)) return undefined;
  const byCategory = new Map<string, string[]>();
  for (let index = 0; index < keys.length; index += 1) {
    const item: unknown = keys[index];
    if (!isEntryKey(item)) return undefined;
    const known = byCategory.get(item.category);
    if (known === undefined) byCategory.set(item.category, [item.key]);
    else known.push(item.key);
  }
  return byCategory;
}

const KEY_MEMBERS: ReadonlySet<string> = new Set(["category", "key"]);

function isEntryKey(item: unknown): item is EntryKey {
  if (typeof item !== "object" || item === null) return false;
  const { category, key } = item as Record<string, unknown>;
  return typeof category === "string" && typeof key === "string" && hasOnlyMembers(item, KEY_MEMBERS);
}
