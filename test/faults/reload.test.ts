/** A plugin replaced by another life of it while it is in use. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { PluginLoadError, PluginUnavailableError, Stockpile } from "../../src/host/main.js";
import type { Category } from "../../src/host/main.js";
import { KINDS } from "../support/kinds.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { StoreServer } from "../support/store-server.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { threadCount } from "../support/thread-count.js";
import { until } from "../support/until.js";

leavesNothing(test);

const REMOTE = new URL("../fixtures/remote.js", import.meta.url).href;
const CALLERS = 64;
/** Keys of each caller. */
const KEYS = 2;
/** How long a caller rests between its rounds, in ms: the new life needs the processor as well. */
const REST_MS = 20;

/** What callers have seen. */
interface Tally {
  calls: number;
  readonly failures: unknown[];
  /** Reads that brought less than the caller had stored before. */
  readonly misses: string[];
}

/** Sets, gets and gets many of a caller's own keys until told to stop; each read must bring what it wrote last. */
async function call(
  category: Category<number>,
  name: string,
  tally: Tally,
  goesOn: () => boolean,
): Promise<void> {
  const keys = Array.from({ length: KEYS }, (_, index) => `${name}:${index}`);
  for (let round = 1; goesOn(); round += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- A caller does one thing after the other.
      await Promise.all(keys.map((key) => category.set(key, round)));
      // oxlint-disable-next-line no-await-in-loop -- As above.
      const one = await category.get(keys[0] ?? "");
      // oxlint-disable-next-line no-await-in-loop -- As above.
      const many = await category.getMany(keys);
      for (const found of [one, ...many])
        if (found !== round) tally.misses.push(`${name}: ${found} for ${round}`);
    } catch (error) {
      tally.failures.push(error);
    }
    tally.calls += KEYS + 2;
    // oxlint-disable-next-line no-await-in-loop -- As above.
    await sleep(REST_MS);
  }
}

for (const [isolation, reloads] of [
  ["thread", 20],
  ["process", 5],
] as const) {
  test.serial(
    `no call fails and no stored value is missed while a ${isolation} is reloaded ${reloads} times`,
    async (t) => {
      const store = await StoreServer.open();
      const stockpile = await Stockpile.open({
        plugins: {
          remote: {
            module: REMOTE,
            isolation,
            options: { port: store.port },
            limits: { start: "30s", call: "10s" },
          },
        },
        storage: { plugin: "remote" },
        near: false,
        categories: { stored: { onReadError: "throw", onWriteError: "throw" } },
      });
      t.teardown(async () => {
        await stockpile.close();
        await store.close();
      });
      const states: string[] = [];
      stockpile.on("plugin", ({ state }) => void states.push(state));
      const stored = stockpile.category<number>("stored");
      const tally: Tally = { calls: 0, failures: [], misses: [] };
      let isOver = false;
      const callers = Array.from({ length: CALLERS }, (_, index) =>
        call(stored, `caller-${index}`, tally, () => !isOver),
      );
      for (let reload = 1; reload <= reloads; reload += 1) {
        // oxlint-disable-next-line no-await-in-loop -- One after the other is what is tried.
        await stockpile.plugins.reload("remote", { options: { port: store.port, reload } });
      }
      isOver = true;
      await Promise.all(callers);
      t.log(`${tally.calls} calls`);
      t.deepEqual(tally.failures, []);
      t.deepEqual(tally.misses, []);
      t.true(tally.calls > CALLERS * reloads);
      t.deepEqual(states, []);
      const [health] = stockpile.health().plugins;
      t.like(health, { state: "ready", restarts: reloads, calls: { failed: 0, timedOut: 0, refused: 0 } });
    },
  );
}

test.serial("reload() reads the same module again, or another, and hands it other options", async (t) => {
  const plugin = new TemporaryPlugin(version(1));
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({ module: plugin.file, options: { greeting: "hello" } });
  t.teardown(() => stage.close());
  const { plugins } = stage.stockpile;
  const threads = threadCount();
  t.is(await told(stage), "1 hello");

  plugin.write(version(2));
  await plugins.reload("faulty");
  t.is(await told(stage), "2 hello");
  t.is(stage.plugin().metadata?.version, "2.0.0");
  await plugins.reload("faulty", { options: { greeting: "goodbye" } });
  t.is(await told(stage), "2 goodbye");

  const other = new TemporaryPlugin(version(3));
  t.teardown(() => other.remove());
  await plugins.reload("faulty", { module: other.file });
  t.is(await told(stage), "3 goodbye");
  await plugins.restart("faulty");
  t.is(await told(stage), "3 goodbye");
  await until("the other lives to be gone", () => threadCount() <= threads);
  t.like(stage.plugin(), { state: "ready", lives: 5, restarts: 4, abandonedThreads: 0 });
});

for (const [what, text, expected] of [
  ["cannot be parsed", "export const = ;", /SyntaxError/],
  ["throws as it is imported", "throw new Error('no import');", /no import/],
  [
    "hangs as it is initialised",
    { initializePlugin: `export const initializePlugin = () => new Promise(() => {});` },
    /did not finish initializePlugin .* within 4000 ms/,
  ],
  [
    "spins as it is initialised",
    { initializePlugin: `export const initializePlugin = () => { for (;;); };` },
    /did not finish initializePlugin .* within 4000 ms/,
  ],
  [
    "exits as it is initialised",
    { initializePlugin: `export const initializePlugin = () => process.exit(0);` },
    /exit/,
  ],
  ["does not open its backend", backend(`() => { throw new Error("no connection"); }`), /no connection/],
  [
    "fails its ping",
    backend(`() => ({ get() {}, put() {}, purge() {}, ping() { throw new Error("no pong"); } })`),
    /no pong/,
  ],
  [
    "fails its read",
    backend(`() => ({ get() { throw new Error("no read"); }, put() {}, purge() {} })`),
    /no read/,
  ],
  [
    "blocks in its read",
    backend(`() => ({ get() { for (;;); }, put() {}, purge() {} })`),
    /did not get within/,
  ],
] as [string, string | Record<string, string>, RegExp][]) {
  test.serial(`reload() to a module that ${what} leaves the old life as it was, and says why`, async (t) => {
    const stage = await Stage.open({
      limits: { start: "4s", call: "500ms", stop: "300ms" },
      restart: { burst: 1 },
    });
    t.teardown(() => stage.close());
    const threads = threadCount();
    await stage.strict.set("key", "value");
    const plugin = new TemporaryPlugin(text);
    t.teardown(() => plugin.remove());
    const error = await t.throwsAsync(stage.stockpile.plugins.reload("faulty", { module: plugin.file }), {
      instanceOf: PluginLoadError,
    });
    t.regex(error.message, /^Cannot reload plugin "faulty", which goes on as it was: /);
    t.regex(error.message, expected);
    t.is(await stage.strict.get("key"), "value");
    t.like(stage.plugin(), { state: "ready", lives: 2, restarts: 0 });
    t.is(stage.plugin().lastFailure, undefined);
    t.deepEqual(stage.events, []);
    await until("the new life to be gone", () => threadCount() <= threads);
    await stage.stockpile.plugins.restart("faulty");
    t.is(stage.plugin().state, "ready", "later lives are as the old one");
  });
}

test.serial("reload() refuses what is no module and no options before it begins a life", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const { plugins } = stage.stockpile;
  const absent = await t.throwsAsync(plugins.reload("faulty", { module: "./absent.mjs" }), {
    code: "STOCKPILE_CONFIG_INVALID",
  });
  t.regex(absent.message, /plugins\.faulty\.module: .*absent\.mjs/);
  const wrong = await t.throwsAsync(
    plugins.reload("faulty", { options: { f: () => 1, g: "${env:STOCKPILE_SURELY_NOT_SET}" } }),
    { code: "STOCKPILE_CONFIG_INVALID" },
  );
  t.regex(wrong.message, /plugins\.faulty\.options\.f[^]*plugins\.faulty\.options\.g/);
  for (const change of [null, [], { option: 1 }, { module: 1 }] as never[])
    // oxlint-disable-next-line no-await-in-loop -- One after the other.
    await t.throwsAsync(plugins.reload("faulty", change), { instanceOf: TypeError });
  t.is(stage.plugin().lives, 1);
});

test.serial(
  "of reloads, restarts and stops at a time the last one wins, and the others say so",
  async (t) => {
    const stage = await Stage.open();
    t.teardown(() => stage.close());
    const { plugins } = stage.stockpile;
    const threads = threadCount();
    const [first, second, third] = await Promise.allSettled([
      plugins.reload("faulty"),
      plugins.reload("faulty"),
      plugins.reload("faulty"),
    ]);
    t.is(third.status, "fulfilled");
    for (const one of [first, second])
      t.true(one.status === "rejected" && one.reason instanceof PluginUnavailableError);
    const reload = plugins.reload("faulty");
    await until("the reload to be under way", () => stage.plugin().lives > 2);
    const stopping = plugins.stop("faulty");
    await t.throwsAsync(reload, { instanceOf: PluginUnavailableError });
    await stopping;
    t.is(stage.plugin().state, "stopped");
    await until("no thread of it", () => threadCount() < threads);
    await plugins.reload("faulty");
    t.is(stage.plugin().state, "ready");
  },
);

for (const isolation of KINDS) {
  test.serial(
    `a ${isolation} that ends its start because it is told to stop leaves the backends to its successor`,
    async (t) => {
      const plugin = new TemporaryPlugin();
      t.teardown(() => plugin.remove());
      const stage = await Stage.open({ module: plugin.file, isolation });
      t.teardown(() => stage.close());
      const { plugins } = stage.stockpile;
      plugin.write(SLOW);
      const restart = t.throwsAsync(plugins.restart("faulty"), { instanceOf: PluginUnavailableError });
      await until("the slow life", () => stage.lines.some(({ msg }) => msg === "starts slowly"));
      plugin.write({ metadata: `export const metadata = { name: "Temporary", version: "2.0.0" };` });
      await plugins.reload("faulty");
      await restart;
      await stage.strict.set("key", "value");
      t.is(await stage.strict.get("key"), "value");
      t.like(stage.plugin(), { state: "ready", lives: 3, metadata: { version: "2.0.0" } });
    },
  );
}

/** Is initialised once it is told to stop. */
const SLOW = {
  initializePlugin: `export async function initializePlugin({ logger, signal, registerStorageBackend }) {
    await registerStorageBackend("store", () => ({ get() {}, put() {}, purge() {} }));
    logger.info("starts slowly");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  }`,
};

/** What a plugin says that {@link version} has made. */
async function told({ strict }: Stage): Promise<string> {
  const { message } = await strict.get("any").then(
    () => new Error("nothing"),
    (error: Error) => error,
  );
  return /: (.*)$/.exec(message)?.[1] ?? message;
}

/** A plugin that fails every read with its version and its greeting. */
function version(number: number): Record<string, string> {
  return {
    metadata: `export const metadata = { name: "Versioned", version: "${number}.0.0" };`,
    initializePlugin: `export async function initializePlugin(context) {
      const { greeting } = context.options;
      await context.registerStorageBackend("versioned", () => ({
        get: ({ key }) => {
          if (key !== "probe") throw new Error("${number} " + greeting);
        },
        put: () => {},
        purge: () => {},
      }));
    }`,
  };
}

/** A plugin with this factory. */
function backend(factory: string): Record<string, string> {
  return {
    initializePlugin: `export const initializePlugin = (context) => context.registerStorageBackend("it", ${factory});`,
  };
}
