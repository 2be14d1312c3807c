/** A whole cache over the plugin, as an application has it: the plugin in what it runs in by default. */
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { Stockpile } from "../../../src/host/main.js";
import type { Category } from "../../../src/host/main.js";

/** What a call of the backend may take, in ms. */
export const CALL_LIMIT_MS = 250;

export interface OpenedCache {
  readonly stockpile: Stockpile;
  /** Fails nobody: misses are loaded, writes are queued. */
  readonly lenient: Category<string>;
  /** Says what failed. */
  readonly strict: Category<string>;
  /** With a near cache in front, and a loader. */
  readonly near: Category<string>;
  readonly lines: string[];
}

/** Opens one. It is closed when the test ends. */
export async function openCache(t: ExecutionContext, parameters: object): Promise<OpenedCache> {
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(line) });
  const stockpile = await Stockpile.open(
    {
      plugins: {
        redis: {
          module: import.meta.resolve("@stockpile/plugin-redis"),
          startup: "required",
          limits: { start: "15s", call: CALL_LIMIT_MS, stop: "3s" },
        },
      },
      storage: { plugin: "redis", parameters },
      near: false,
      categories: {
        strict: { onReadError: "throw", onWriteError: "throw" },
        near: { near: { entries: 1000 } },
      },
    },
    { logger },
  );
  t.teardown(() => stockpile.close());
  return {
    stockpile,
    lenient: stockpile.category("lenient", { load: (key) => `loaded ${key}` }),
    strict: stockpile.category("strict"),
    near: stockpile.category("near", { load: (key) => `loaded ${key}` }),
    lines,
  };
}
