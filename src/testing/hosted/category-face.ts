/** The backend of a running Stockpile as checks call it: by way of categories that keep nothing themselves. */
import type { EntryKey, StoredEntry } from "../../contract/backend.js";
import type { Category, Stockpile } from "../../host/main.js";
import type { BackendFace } from "../opened-life.js";

/** Ten years less than a day: what is put without a time is to outlive every check, in ms. */
const LONGEST_TTL_MS = 315_273_600_000;

/** Makes calls of the contract from those of categories. */
export function categoryFace(stockpile: Stockpile): BackendFace {
  const listings = new Map<string, AsyncIterator<string>>();
  const of = (name: string): Category<Uint8Array> => stockpile.category<Uint8Array>(name, CATEGORY_OPTIONS);

  async function get(key: EntryKey): Promise<unknown> {
    const value = await of(key.category).get(key.key);
    return value === undefined ? undefined : { value };
  }
  async function put({ category, key }: EntryKey, entry: StoredEntry): Promise<void> {
    await of(category).set(key, entry.value, { ttl: ttlOf(entry) });
  }
  return {
    get,
    put,
    purge: (key) => of(key.category).delete(key.key),
    async getMany(keys) {
      const values = await of(categoryOf(keys)).getMany(keys.map(({ key }) => key));
      return values.map((value) => (value === undefined ? undefined : { value }));
    },
    putMany: (entries) =>
      of(categoryOf(entries.map(([key]) => key))).setMany(
        entries.map(([{ key }, { value }]) => [key, value] as const),
      ),
    purgeMany: (keys) => of(categoryOf(keys)).deleteMany(keys.map(({ key }) => key)),
    async scan({ category, cursor, limit }) {
      const name = cursor ?? `${listings.size}`;
      const listing = listings.get(name) ?? of(category).keys();
      listings.set(name, listing);
      const keys: string[] = [];
      while (keys.length < limit) {
        const next = await listing.next();
        if (next.done === true) return { keys };
        keys.push(next.value);
      }
      return { keys, cursor: name };
    },
    clear: (category) => of(category).clear(),
    ping: async () => undefined,
  };
}

/** Nothing between the check and the backend: no near cache, no failure that counts as a miss or is tried again. */
const CATEGORY_OPTIONS = {
  codec: "bytes",
  ttl: LONGEST_TTL_MS,
  onReadError: "throw",
  onWriteError: "throw",
} as const;

function ttlOf({ expiresAt }: StoredEntry): number {
  return expiresAt === undefined ? LONGEST_TTL_MS : Math.max(expiresAt - Date.now(), 1);
}

/** The one category that all keys are of. */
function categoryOf(keys: readonly EntryKey[]): string {
  const [category = "", ...others] = new Set(keys.map((key) => key.category));
  if (others.length === 0) return category;
  throw new Error(`Expected keys of one category: received those of ${others.length + 1}`);
}
