/** Mistakes that show only where the plugin runs as it does in production: in threads, several at once, and ended. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredEntry } from "../../../src/contract/backend.js";
import { replacing } from "./bug.js";
import type { PlantedBug } from "./bug.js";

export const BUGS_OF_SHARING: readonly PlantedBug[] = [
  {
    what: "a lock on the folder names the life",
    base: "file",
    plant: (inner, _context, parameters) => {
      const lock = join((parameters as { path: string }).path, "life-lock");
      if (existsSync(lock)) throw new Error("The folder is in use");
      writeFileSync(lock, "");
      return replacing(inner, {
        close: async () => {
          rmSync(lock);
          await inner.close?.();
        },
      });
    },
    breaks: {
      hosted: [
        "two lives open at once both serve, and each goes on when the other ends",
        "two lives open at once see what the other has written, purged and written again",
        "what one life clears is cleared for another that is open",
      ],
      faults: [
        "when a get() spins, the cache answers in time, and the next life serves what was stored",
        "when a get() ends its thread, the cache answers in time, and the next life serves what was stored",
        "when a get() leaks memory, the cache answers in time, and the next life serves what was stored",
        "a life that ends spinning in the middle of writes leaves each entry as it was or as it was to be",
        "a life that ends by itself in the middle of writes leaves each entry as it was or as it was to be",
      ],
    },
  },
  {
    what: "what was read is kept for the rest of the life",
    base: "file",
    plant: (inner) => {
      const read = new Map<string, StoredEntry | undefined>();
      const forget = (key: object): void => void read.delete(JSON.stringify(key));
      return replacing(inner, {
        get: async (key, call) => {
          const id = JSON.stringify(key);
          if (!read.has(id)) read.set(id, await inner.get(key, call));
          const entry = read.get(id);
          return entry === undefined ? undefined : { ...entry, value: entry.value.slice() };
        },
        getMany: undefined as never,
        put: async (key, entry, call) => {
          await inner.put(key, entry, call);
          forget(key);
        },
        putMany: undefined as never,
        purge: async (key, call) => {
          await inner.purge(key, call);
          forget(key);
        },
        purgeMany: undefined as never,
        clear: async (category, call) => {
          await inner.clear?.(category, call);
          read.clear();
        },
      });
    },
    breaks: { hosted: ["two lives open at once see what the other has written, purged and written again"] },
  },
];
