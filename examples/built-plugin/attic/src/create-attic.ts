import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import type { EntryKey, StorageBackend, StoredEntry } from "@stockpile/core/plugin";
import { LRUCache } from "lru-cache";

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
/** Of 0 to 11: beyond this it takes many times as long for little. */
const OPTIONS = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** @param maxBytes Compressed bytes kept in all. */
export function createAttic(maxBytes: number): StorageBackend {
  const entries = new LRUCache<string, StoredEntry>({
    maxSize: maxBytes,
    // An empty value takes room too.
    sizeCalculation: ({ value }) => value.byteLength + 1,
  });
  return {
    async get(key) {
      const entry = entries.get(idOf(key));
      return entry && { ...entry, value: await decompress(entry.value) };
    },
    async put(key, entry) {
      entries.set(idOf(key), { ...entry, value: await compress(entry.value, OPTIONS) });
    },
    purge(key) {
      entries.delete(idOf(key));
    },
  };
}

function idOf({ category, key }: EntryKey): string {
  // No category holds a slash, so no two keys have one id.
  return `${category}/${key}`;
}
