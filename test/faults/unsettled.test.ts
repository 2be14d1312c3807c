/** Writes that take their time, or never end, and what waits for them. */
import { randomUUID } from "node:crypto";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { Stockpile } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { until } from "../support/until.js";

leavesNothing(test);

/** Its puts take 150 ms, or for ever where the category is `stuck` and the entry is the first of the life. */
const SLOW = `let isFirst = true;
export async function initializePlugin(context) {
  await context.registerStorageBackend("store", ({ log }) => {
    const entries = (globalThis[Symbol.for(log)] ??= new Map());
    const id = ({ category, key }) => category + "/" + key;
    return {
      get: (key) => entries.get(id(key)),
      async put(key, entry) {
        const isStuck = key.category === "stuck" && context.life === 1 && isFirst;
        isFirst = false;
        await (isStuck ? new Promise(() => {}) : new Promise((resolve) => setTimeout(resolve, 150)));
        entries.set(id(key), entry);
      },
      purge: (key) => void entries.delete(id(key)),
      clear(category) {
        for (const name of entries.keys()) if (name.startsWith(category + "/")) entries.delete(name);
      },
    };
  });
}`;

async function open(t: ExecutionContext, limits: Record<string, string>): Promise<Stockpile> {
  const plugin = new TemporaryPlugin({ initializePlugin: SLOW });
  t.teardown(() => plugin.remove());
  const stockpile = await Stockpile.open(
    {
      near: false,
      plugins: { slow: { module: plugin.url, limits: { stop: "3s", ...limits }, restart: { backoff: 0 } } },
      storage: { plugin: "slow", parameters: { log: randomUUID() } },
    },
    { logger: pino({ level: "silent" }) },
  );
  t.teardown(() => stockpile.close());
  return stockpile;
}

test.serial("close() gives a write that waits for another of its key the time to be done", async (t) => {
  const stockpile = await open(t, { call: "2s" });
  const category = stockpile.category<number>("slow");
  const writes = [category.set("a", 1), category.set("a", 2)];
  const closing = stockpile.close();
  t.deepEqual(
    (await Promise.allSettled(writes)).map(({ status }) => status),
    ["fulfilled", "fulfilled"],
  );
  t.deepEqual(await closing, { abandonedThreads: 0, undelivered: 0 });
});

test.serial(
  "a put that never ends holds up its key and a clear for limits.hang, and no longer",
  async (t) => {
    const stockpile = await open(t, { call: "300ms", hang: "500ms" });
    const category = stockpile.category<number>("stuck");
    await category.set("a", 1);
    await category.set("a", 2);
    await category.clear();
    await category.set("b", 3);
    t.is(await category.get("a"), undefined);
    t.is(await category.get("b"), 3);
    await until("the plugin to be replaced", () => stockpile.health().plugins[0]?.lives === 2, 5000);
    await until(
      "the queue to be empty",
      () => stockpile.health().plugins[0]?.backends[0]?.queuedWrites === 0,
    );
    t.deepEqual(stockpile.health().plugins[0]?.lastFailure?.call, { operation: "put", category: "stuck" });
    t.is((await category.lookup("b")).source, "backend");
    t.is(await category.get("a"), undefined);
  },
);
