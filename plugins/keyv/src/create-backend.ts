import type { EntryKey, Logger, StorageBackend } from "@stockpile/core/plugin";
import type { KeyvAdapter } from "./adapter.js";
import { AdapterErrors } from "./adapter-errors.js";
import { AdapterKeys } from "./adapter-keys.js";
import { AdapterStore } from "./adapter-store.js";
import { KeyListing } from "./key-listing.js";
import type { KeyvParameters } from "./parse-parameters.js";

/** What is read to see whether the adapter serves. */
const PROBE: EntryKey = { category: "_stockpile", key: "probe" };

/** A backend over an adapter: with `scan` and `clear` where the adapter can be walked over. */
export function createBackend(
  adapter: KeyvAdapter,
  { namespace, maxKeyBytes }: Pick<KeyvParameters, "namespace" | "maxKeyBytes">,
  logger: Logger,
): StorageBackend {
  adapter.namespace = namespace;
  const keys = new AdapterKeys(namespace, maxKeyBytes);
  const store = new AdapterStore(adapter, keys, new AdapterErrors(adapter, logger));
  const backend: StorageBackend = {
    get: async (key, call) => (await store.getMany([key], call))[0],
    put: (key, entry, call) => store.put(key, entry, call),
    purge: (key, call) => store.purgeMany([key], call),
    getMany: (many, call) => store.getMany(many, call),
    putMany: (entries, call) => store.putMany(entries, call),
    purgeMany: (many, call) => store.purgeMany(many, call),
    ping: async (call) => void (await store.getMany([PROBE], call)),
    close: () => store.close(),
  };
  if (!canBeWalked(adapter)) return backend;
  const listing = new KeyListing(adapter, keys, namespace);
  return {
    ...backend,
    scan: ({ category, cursor, limit }) => store.watch(() => listing.page(category, cursor, limit)),
    clear: (category, call) => store.clear(category, listing, call),
  };
}

function canBeWalked(adapter: KeyvAdapter): adapter is KeyvAdapter & Required<Pick<KeyvAdapter, "iterator">> {
  return typeof adapter.iterator === "function";
}
