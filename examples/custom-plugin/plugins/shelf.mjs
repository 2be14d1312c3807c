/**
 * A plugin with a storage backend in a `Map`, and with a bug: on some keys that are no names, the time that `NAME`
 * takes doubles with each letter. Such a key blocks the thread for good.
 */
const NAME = /^([a-z]+-?)+$/;

/** @type {import("@stockpile/core/plugin").PluginMetadata} */
export const metadata = { name: "Shelf", version: "0.1.0" };

/** @param {import("@stockpile/core/plugin").PluginContext} context */
export async function initializePlugin(context) {
  await context.registerStorageBackend("shelf", (parameters, { logger }) => {
    const { maxEntries = 1000 } = /** @type {{ maxEntries?: number }} */ (parameters);
    logger.info({ maxEntries }, "The shelf is open");
    return createShelf(maxEntries);
  });
}

/**
 * @param {number} maxEntries The oldest entries beyond these are dropped.
 * @returns {import("@stockpile/core/plugin").StorageBackend}
 */
function createShelf(maxEntries) {
  /** @type {Map<string, import("@stockpile/core/plugin").StoredEntry>} */
  const entries = new Map();
  return {
    get(key) {
      if (!NAME.test(key.key)) throw new TypeError(`Cannot find ${key.key}: expected words with hyphens`);
      return entries.get(idOf(key));
    },
    put(key, entry) {
      entries.set(idOf(key), entry);
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    purge(key) {
      entries.delete(idOf(key));
    },
  };
}

/** @param {import("@stockpile/core/plugin").EntryKey} key */
function idOf({ category, key }) {
  // No category holds a slash, so no two keys have one id.
  return `${category}/${key}`;
}
