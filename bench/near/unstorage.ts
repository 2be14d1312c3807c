import { createStorage } from "unstorage";
import memory from "unstorage/drivers/memory";
import type { NearCache, NearRecord } from "./near-cache.js";

/** Its default driver, which knows no time to live and no bound. */
export function unstorage(): NearCache {
  const storage = createStorage({ driver: memory() });
  return {
    set: (key, value) => storage.setItem(key, value),
    get: (key) => storage.getItem<NearRecord>(key),
    getMany: (keys) => storage.getItems([...keys]),
    close: () => storage.dispose(),
  };
}
