/** A running cache that is given another configuration, whole or not at all. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { ClosedError, ConfigError, PluginLoadError, Stockpile } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { StoreServer } from "../support/store-server.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { threadCount } from "../support/thread-count.js";
import { until } from "../support/until.js";

leavesNothing(test);

const REMOTE = new URL("../fixtures/remote.js", import.meta.url).href;
const LIMITS = { start: "15s", call: "3s", stop: "1s" };

type Json = Record<string, unknown>;

/** Stores in a server of the test, by `options.port` or, where a storage has one, `parameters.port`. */
function remote(store: StoreServer, more: Json = {}): Json {
  return {
    module: REMOTE,
    options: { port: store.port },
    limits: LIMITS,
    restart: { burst: 0, backoff: 0 },
    ...more,
  };
}

async function openStore(t: ExecutionContext): Promise<StoreServer> {
  const store = await StoreServer.open();
  t.teardown(() => store.close());
  return store;
}

interface Opened {
  readonly stockpile: Stockpile;
  readonly lines: Json[];
}

async function open(t: ExecutionContext, config: object): Promise<Opened> {
  const lines: Json[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line) as Json) });
  const stockpile = await Stockpile.open({ near: false, ...config }, { logger });
  t.teardown(() => stockpile.close());
  return { stockpile, lines };
}

const plugin = (stockpile: Stockpile, name: string) =>
  stockpile.health().plugins.find((each) => each.name === name);

test.serial("reconfigure() adds plugins, removes them, and moves what was stored there", async (t) => {
  const [first, second] = [await openStore(t), await openStore(t)];
  const { stockpile } = await open(t, { plugins: { first: remote(first) }, storage: { plugin: "first" } });
  const threads = threadCount();
  const stored = stockpile.category<string>("stored", { onReadError: "throw", onWriteError: "throw" });
  await stored.set("key", "in the first");
  const report = await stockpile.reconfigure({
    near: false,
    plugins: { second: remote(second) },
    storage: { plugin: "second" },
  });
  t.deepEqual(report, {
    plugins: { added: ["second"], removed: ["first"], reloaded: [], changed: [], unchanged: [] },
    categories: { moved: ["stored"], changed: [], unchanged: [] },
  });
  t.is(await stored.get("key"), undefined);
  await stored.set("key", "in the second");
  t.is(first.valueOf("stored", "key"), "in the first");
  t.is(second.valueOf("stored", "key"), "in the second");
  t.like(stockpile.health().categories[0], { plugin: "second", backend: "remote" });
  t.deepEqual(
    stockpile.health().plugins.map(({ name, state, restarts }) => [name, state, restarts]),
    [["second", "ready", 0]],
  );
  await until("the thread of the first to be gone", () => threadCount() <= threads);
});

test.serial("reconfigure() without a difference changes nothing, and begins no life", async (t) => {
  const store = await openStore(t);
  const configOf = (start: string | number): object => ({
    near: false,
    plugins: { a: remote(store, { limits: { ...LIMITS, start } }) },
    storage: { plugin: "a", backend: "remote" },
    categories: { c: { ttl: "1h" } },
  });
  const { stockpile } = await open(t, configOf("15s"));
  stockpile.category("c");
  t.deepEqual(await stockpile.reconfigure(configOf(15_000)), {
    plugins: { added: [], removed: [], reloaded: [], changed: [], unchanged: ["a"] },
    categories: { moved: [], changed: [], unchanged: ["c"] },
  });
  t.is(plugin(stockpile, "a")?.lives, 1);
});

test.serial("reconfigure() reloads a plugin whose life has to be another, and no other", async (t) => {
  const store = await openStore(t);
  const other = new TemporaryPlugin();
  t.teardown(() => other.remove());
  const config = {
    near: false,
    plugins: { a: remote(store), b: { module: other.file } },
    storage: { plugin: "a" },
  };
  const { stockpile } = await open(t, config);
  const report = await stockpile.reconfigure({
    ...config,
    plugins: {
      a: remote(store, { limits: { ...LIMITS, memoryMb: 128 } }),
      b: { module: other.file, startup: "required", restart: { burst: 1 } },
    },
  });
  t.like(report.plugins, { reloaded: ["a"], changed: ["b"] });
  t.like(plugin(stockpile, "a"), { lives: 2, memory: { limitBytes: 128 * 1024 * 1024 } });
  t.like(plugin(stockpile, "b"), { lives: 1, startup: "required" });
});

test.serial(
  "reconfigure() gives a category other parameters without a new life, and closes what is not used any more",
  async (t) => {
    const told = new TemporaryPlugin({
      initializePlugin: `export const initializePlugin = (context) => context.registerStorageBackend("it", ({ password }) => {
      if (password === "wrong") throw new Error("no such password");
      context.logger.info("opened with " + password);
      const entries = new Map();
      return {
        get: ({ key }) => entries.get(key),
        put: ({ key }, entry) => void entries.set(key, entry),
        purge: ({ key }) => void entries.delete(key),
        close: () => context.logger.info("closed with " + password),
      };
    });`,
    });
    t.teardown(() => told.remove());
    const configOf = (password: string): object => ({
      near: false,
      plugins: { told: { module: told.file, limits: LIMITS } },
      storage: { plugin: "told", parameters: { password } },
      categories: { apart: { storage: { plugin: "told", parameters: { password: "apart" } } } },
    });
    const { stockpile, lines } = await open(t, configOf("one"));
    const stored = stockpile.category<string>("stored", { onReadError: "throw", onWriteError: "throw" });
    const apart = stockpile.category<string>("apart");
    await apart.set("key", "kept");
    const messages = (): unknown[] => lines.map(({ msg }) => msg).filter((msg) => / with /.test(String(msg)));

    const error = await t.throwsAsync(stockpile.reconfigure(configOf("wrong")), {
      instanceOf: PluginLoadError,
    });
    t.regex(error.message, /^Cannot reconfigure, and nothing has changed: .*no such password$/);
    await stored.set("key", "still works");

    t.like(await stockpile.reconfigure(configOf("two")), {
      plugins: { changed: ["told"], reloaded: [] },
      categories: { moved: ["stored"], unchanged: ["apart"] },
    });
    await stored.set("key", "with two");
    t.is(await stored.get("key"), "with two");
    t.is(await apart.get("key"), "kept");
    await until("the old one to be closed", () => messages().includes("closed with one"));
    t.deepEqual(messages(), ["opened with one", "opened with apart", "opened with two", "closed with one"]);
    t.like(plugin(stockpile, "told"), { lives: 1, state: "ready" });
    t.is(plugin(stockpile, "told")?.backends.length, 2);
    await stockpile.plugins.restart("told");
    t.is(await stored.get("key"), undefined);
    t.is(messages().filter((message) => message === "opened with one").length, 1);
  },
);

test.serial(
  "reconfigure() changes all or nothing: what one plugin fails leaves every other as it was",
  async (t) => {
    const [first, second] = [await openStore(t), await openStore(t)];
    const config = {
      near: false,
      plugins: { a: remote(first) },
      storage: { plugin: "a" },
      categories: { c: { ttl: "1h" } },
    };
    const { stockpile } = await open(t, config);
    const stored = stockpile.category<string>("c", { onReadError: "throw", onWriteError: "throw" });
    await stored.set("key", "value");
    const threads = threadCount();
    const broken = new TemporaryPlugin("throw new Error('broken');");
    const silent = new TemporaryPlugin({
      initializePlugin: "export const initializePlugin = () => new Promise(() => {});",
    });
    t.teardown(() => (broken.remove(), silent.remove()));
    const error = await t.throwsAsync(
      stockpile.reconfigure({
        near: { entries: 5 },
        plugins: {
          a: remote(first, { options: { port: second.port } }),
          added: { module: new URL("../fixtures/steady.js", import.meta.url).href },
          broken: { module: broken.file },
          silent: { module: silent.file, limits: { start: "3s" } },
        },
        storage: { plugin: "added" },
        categories: { c: { ttl: "1m" } },
      }),
      { instanceOf: PluginLoadError },
    );
    t.regex(
      error.message,
      /^Cannot reconfigure, and nothing has changed: .*"broken".*broken; .*"silent".*within 3000 ms/,
    );
    t.true(error.cause instanceof AggregateError);
    t.deepEqual(stockpile.configuredCategories, ["c"]);
    t.deepEqual(
      stockpile.health().plugins.map(({ name, state, restarts }) => [name, state, restarts]),
      [["a", "ready", 0]],
    );
    t.is(await stored.get("key"), "value");
    t.is(plugin(stockpile, "a")?.lastFailure, undefined);
    await until("what was prepared to be gone", () => threadCount() <= threads);
    t.like(await stockpile.reconfigure(config), { plugins: { unchanged: ["a"] } });
  },
);

test.serial(
  "reconfigure() lists every mistake and what cannot be changed, and changes nothing then",
  async (t) => {
    const store = await openStore(t);
    const { stockpile } = await open(t, { plugins: { a: remote(store) }, storage: { plugin: "a" } });
    stockpile.category("c", { refreshAhead: "5m" });
    const wrong = await t.throwsAsync(
      stockpile.reconfigure({
        storage: { plugin: "b" },
        plugins: { a: { limits: { call: -1 } } },
        naer: false,
      }),
      { instanceOf: ConfigError },
    );
    t.true(wrong.issues.length >= 3);
    const fixed = await t.throwsAsync(
      stockpile.reconfigure({ plugins: { a: remote(store) }, storage: { plugin: "a" }, maxValueBytes: 1 }),
      { instanceOf: ConfigError },
    );
    t.deepEqual(fixed.issues, [
      {
        path: "maxValueBytes",
        message: "expected 8388608, for it cannot be changed while the cache is open: received 1",
      },
    ]);
    const together = await t.throwsAsync(
      stockpile.reconfigure({
        plugins: { a: remote(store) },
        storage: { plugin: "a" },
        categories: { c: { ttl: "1m" } },
      }),
      { instanceOf: ConfigError },
    );
    t.is(together.issues[0]?.path, "categories.c.refreshAhead");
    const absent = await t.throwsAsync(stockpile.reconfigure("./absent.json"), { instanceOf: ConfigError });
    t.regex(absent.message, /absent\.json/);
    t.is(plugin(stockpile, "a")?.lives, 1);
  },
);

test.serial(
  "reconfigure() has categories in use go by other times and policies, what code says merged in",
  async (t) => {
    const store = await openStore(t);
    const base = { plugins: { a: remote(store) }, storage: { plugin: "a" } };
    const { stockpile } = await open(t, { ...base, near: {}, categories: { c: { ttl: "1h" } } });
    const category = stockpile.category<string>("c", { onReadError: "throw", grace: "1h", ttl: "2h" });
    await category.set("key", "value");
    t.is(stockpile.health().categories[0]?.near.entries, 1);

    t.like(await stockpile.reconfigure({ ...base, near: false, categories: { c: { ttl: "50ms" } } }), {
      categories: { changed: ["c"], moved: [] },
    });
    t.is(stockpile.health().categories[0]?.near.entries, 0);
    await sleep(60);
    t.is(await category.get("key"), undefined, "what was stored under a longer ttl has expired");
    await category.set("key", "value");
    t.is(stockpile.health().categories[0]?.near.entries, 0);

    // The configuration says nothing of `ttl` now, so that code does.
    await stockpile.reconfigure({ ...base, near: {}, categories: { c: { onReadError: "miss" } } });
    await category.set("key", "value");
    await sleep(60);
    t.is(category.peek("key"), "value");
    store.become("down");
    t.is(await category.get("other"), undefined, "a failed read is a miss now");
    store.become("up");
  },
);

test.serial("writes that wait for a backend go to where the category is stored from now on", async (t) => {
  const [first, second] = [await openStore(t), await openStore(t)];
  const { stockpile } = await open(t, {
    plugins: { a: remote(first, { limits: { ...LIMITS, call: "100ms" } }) },
    storage: { plugin: "a" },
  });
  const category = stockpile.category<number>("c");
  first.become("silent");
  for (let key = 0; key < 10; key += 1) await category.set(`key ${key}`, key); // oxlint-disable-line no-await-in-loop -- One write at a time is what waits.
  t.true((plugin(stockpile, "a")?.backends[0]?.queuedWrites ?? 0) > 0);
  await stockpile.reconfigure({ near: false, plugins: { b: remote(second) }, storage: { plugin: "b" } });
  await until("all writes to be done", () => second.entries.size === 10);
  for (let key = 0; key < 10; key += 1) t.is(second.valueOf("c", `key ${key}`), key);
  await until("nothing to wait", () => plugin(stockpile, "b")?.backends[0]?.queuedWrites === 0);
  t.deepEqual(await stockpile.close(), { abandonedThreads: 0, undelivered: 0 });
});

test.serial("close() while another configuration is read has nothing of it begun", async (t) => {
  const store = await openStore(t);
  const { stockpile, lines } = await open(t, { plugins: { a: remote(store) }, storage: { plugin: "a" } });
  const added = new TemporaryPlugin();
  t.teardown(() => added.remove());
  const change = stockpile.reconfigure({
    near: false,
    plugins: { a: remote(store), b: { module: added.file } },
    storage: { plugin: "a" },
  });
  const refused = t.throwsAsync(change, { instanceOf: ClosedError });
  // It begins in a microtask, and then waits for files.
  await Promise.resolve();
  await stockpile.close();
  await refused;
  t.deepEqual(
    lines.filter((line) => line["plugin"] === "b"),
    [],
  );
});

test.serial("no call fails while the configuration goes back and forth", async (t) => {
  const store = await openStore(t);
  const configOf = (round: number): object => ({
    near: false,
    plugins: {
      [round % 2 === 0 ? "even" : "odd"]: remote(store),
      kept: remote(store, { options: { port: store.port, round }, module: steadyId(t) }),
    },
    storage: { plugin: round % 2 === 0 ? "even" : "odd" },
    categories: {
      c: {
        ttl: `${round + 1}h`,
        storage: { plugin: round % 2 === 0 ? "even" : "odd", parameters: { round: round % 3 } },
      },
    },
  });
  const { stockpile } = await open(t, configOf(0));
  const stored = stockpile.category<number>("c", { onReadError: "throw", onWriteError: "throw" });
  let isOver = false;
  let calls = 0;
  const failures: unknown[] = [];
  const misses: string[] = [];
  const callers = Array.from({ length: 32 }, async (_, index) => {
    for (let round = 1; !isOver; round += 1) {
      try {
        await stored.set(`${index}`, round); // oxlint-disable-line no-await-in-loop -- A caller does one thing after the other.
        const found = await stored.get(`${index}`); // oxlint-disable-line no-await-in-loop -- As above.
        if (found !== round) misses.push(`${found} for ${round}`);
      } catch (error) {
        failures.push(error);
      }
      calls += 2;
      await sleep(10); // oxlint-disable-line no-await-in-loop -- As above.
    }
  });
  for (let round = 1; round <= 6; round += 1) await stockpile.reconfigure(configOf(round)); // oxlint-disable-line no-await-in-loop -- One after the other is what is tried.
  isOver = true;
  await Promise.all(callers);
  t.log(`${calls} calls`);
  t.deepEqual(failures, []);
  t.deepEqual(misses, []);
  t.deepEqual(
    stockpile.health().plugins.map(({ name, state }) => [name, state]),
    [
      ["kept", "ready"],
      ["even", "ready"],
    ],
  );
});

test.serial("a plugin stopped by hand stays so, and is as configured when it is started", async (t) => {
  const [first, second] = [await openStore(t), await openStore(t)];
  const { stockpile } = await open(t, { plugins: { a: remote(first) }, storage: { plugin: "a" } });
  const category = stockpile.category<string>("c", { onWriteError: "throw" });
  await stockpile.plugins.stop("a");
  await stockpile.reconfigure({
    near: false,
    plugins: { a: remote(second) },
    storage: { plugin: "a", parameters: { other: true } },
  });
  t.is(plugin(stockpile, "a")?.state, "stopped");
  await stockpile.plugins.start("a");
  await category.set("key", "value");
  t.is(second.valueOf("c", "key"), "value");
  t.is(first.entries.size, 0);
});

test.serial("a plugin that keeps failing is put right by a configuration", async (t) => {
  const store = await openStore(t);
  const broken = new TemporaryPlugin("throw new Error('broken');");
  t.teardown(() => broken.remove());
  const configOf = (module: string): object => ({
    near: false,
    plugins: { a: { ...remote(store), module, restart: { burst: 1, backoff: 0, maxBackoff: "60s" } } },
    storage: { plugin: "a" },
  });
  const { stockpile } = await open(t, configOf(broken.file));
  const category = stockpile.category<string>("c", { onWriteError: "throw" });
  await until("quarantine", () => plugin(stockpile, "a")?.state === "quarantined");
  await stockpile.reconfigure(configOf(REMOTE));
  t.is(plugin(stockpile, "a")?.state, "ready");
  await category.set("key", "value");
  t.is(store.valueOf("c", "key"), "value");
});

test.serial(
  "configurations asked for at a time are taken one after the other, and none once it is closed",
  async (t) => {
    const store = await openStore(t);
    const configOf = (ttl: string): object => ({
      near: false,
      plugins: { a: remote(store, { options: { port: store.port, ttl } }) },
      storage: { plugin: "a" },
      categories: { c: { ttl } },
    });
    const { stockpile } = await open(t, configOf("1h"));
    stockpile.category("c");
    const reports = await Promise.all(["2h", "3h", "4h"].map((ttl) => stockpile.reconfigure(configOf(ttl))));
    for (const report of reports)
      t.like(report, { plugins: { reloaded: ["a"] }, categories: { changed: ["c"] } });
    t.is(plugin(stockpile, "a")?.lives, 4);
    const last = stockpile.reconfigure(configOf("5h"));
    await until("it to be under way", () => plugin(stockpile, "a")?.lives === 5);
    const closing = stockpile.close();
    await t.throwsAsync(last, { instanceOf: ClosedError });
    await closing;
    await t.throwsAsync(stockpile.reconfigure(configOf("6h")), { instanceOf: ClosedError });
  },
);

/** A module whose backend has an id of its own. */
function steadyId(t: ExecutionContext): string {
  const one = new TemporaryPlugin();
  t.teardown(() => one.remove());
  return one.file;
}
