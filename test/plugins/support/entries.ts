/** Entries as tests of backends name, make and read them. */
import type { CallContext, EntryKey, StorageBackend } from "../../../src/contract/backend.js";

/** A call that nobody gives up on. */
export const CALL: CallContext = { signal: new AbortController().signal, deadline: Infinity };

export function at(key: string, category: string = "player"): EntryKey {
  return { category, key };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The value under a key as text. */
export async function textOf(
  backend: Pick<StorageBackend, "get">,
  key: EntryKey,
): Promise<string | undefined> {
  const entry = await backend.get(key, CALL);
  return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
}

/** All keys of a category in the order of their pages, and the number of these. */
export async function scanAll(
  backend: Required<Pick<StorageBackend, "scan">>,
  category: string,
  limit: number,
): Promise<{ keys: string[]; pages: number }> {
  const keys: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await backend.scan({ category, limit, ...(cursor === undefined ? {} : { cursor }) }, CALL);
    keys.push(...page.keys);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { keys, pages };
}
