import test from "ava";
import { pino } from "pino";
import { z } from "zod";
import {
  ClosedError,
  ConfigError,
  PluginLoadError,
  PluginUnavailableError,
} from "../../src/contract/errors.js";
import { Stockpile } from "../../src/host/stockpile.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";

leavesNothing(test);

const STEADY = new URL("../fixtures/steady.js", import.meta.url).href;
const FAULTY = new URL("../fixtures/faulty.js", import.meta.url).href;
const SILENT = { logger: pino({ level: "silent" }) };
/** Long enough for a machine under load; a failure is not waited for that long. */
const LIMITS = { start: "15s" };

/** A configuration with one plugin that serves, and what is given besides. */
function makeConfig(more: object = {}): object {
  return {
    plugins: { steady: { module: STEADY, limits: LIMITS } },
    storage: { plugin: "steady" },
    ...more,
  };
}

async function open(t: { teardown(fn: () => unknown): void }, more: object = {}): Promise<Stockpile> {
  const stockpile = await Stockpile.open(makeConfig(more), SILENT);
  t.teardown(() => stockpile.close());
  return stockpile;
}

test.serial("A value that was set is there, until it is deleted", async (t) => {
  const players = (await open(t)).category<{ name: string }>("player");
  t.is(await players.get("jeb"), undefined);
  await players.set("jeb", { name: "Jeb" });
  t.deepEqual(await players.get("jeb"), { name: "Jeb" });
  await players.delete("jeb");
  t.is(await players.get("jeb"), undefined);
});

test.serial("category() answers the same object for the same options or none", async (t) => {
  const stockpile = await open(t);
  const load = (): string => "loaded";
  const first = stockpile.category<string>("player", { ttl: "10m", load });
  t.is(stockpile.category<string>("player"), first);
  t.is(stockpile.category<string>("player", { load, ttl: "10m" }), first);
  t.is(stockpile.category<string>("player", { load, ttl: "10m", codec: undefined } as never), first);
  t.not(stockpile.category<string>("skin"), first);
  t.deepEqual(
    stockpile.health().categories.map(({ name }) => name),
    ["player", "skin"],
  );
});

test.serial("category() refuses other options than the first time", async (t) => {
  const stockpile = await open(t);
  const load = (): string => "loaded";
  stockpile.category<string>("player", { ttl: "10m", load });
  for (const options of [{}, { ttl: "10m" }, { ttl: 600_000, load }, { ttl: "10m", load: () => "other" }]) {
    const error = t.throws(() => stockpile.category<string>("player", options), {
      instanceOf: ConfigError,
    });
    t.deepEqual(error.issues, [
      {
        path: "categories.player",
        message: "expected the options it was first made with, or none: received others",
      },
    ]);
  }
});

test.serial("category() refuses wrong options and names, and makes nothing of them", async (t) => {
  const stockpile = await open(t);
  t.throws(() => stockpile.category("player", { ttl: "soon" }), { code: "STOCKPILE_CONFIG_INVALID" });
  for (const options of [{ tll: "5m" }, { ttl: 0 }, { ttl: null }, null, 5, []]) {
    t.throws(() => stockpile.category("player", options as never), { instanceOf: ConfigError });
  }
  for (const name of ["", "Player", "a/b", "_stockpile", "x".repeat(65)]) {
    t.throws(() => stockpile.category(name), { code: "STOCKPILE_KEY_INVALID" });
  }
  t.deepEqual(stockpile.health().categories, []);
  t.notThrows(() => stockpile.category("player", { ttl: "5m" }));
  t.notThrows(() => stockpile.category("skin", {}));
  for (const options of [null, 5, []]) {
    t.throws(() => stockpile.category("skin", options as never), { instanceOf: ConfigError });
  }
});

test.serial("A category is stored where the configuration says", async (t) => {
  const stockpile = await open(t, {
    plugins: {
      steady: { module: STEADY, limits: LIMITS },
      other: { module: FAULTY, limits: LIMITS },
    },
    categories: { skin: { storage: { plugin: "other" } } },
  });
  t.like(stockpile.category("player").health(), { plugin: "steady" });
  t.like(stockpile.category("skin").health(), { plugin: "other" });
});

test.serial("open() rejects with every mistake of a configuration", async (t) => {
  const config = {
    plugin: {},
    plugins: { steady: { module: STEADY, limits: { call: "soon" } }, lost: { module: "./lost.mjs" } },
    storage: { plugin: "redis" },
    categories: { Player: {} },
    maxValueBytes: -1,
  };
  const error = await t.throwsAsync(Stockpile.open(config, SILENT), { instanceOf: ConfigError });
  const paths = error.issues.map(({ path }) => path);
  for (const path of [
    "plugins.steady.limits.call",
    "plugins.lost.module",
    "storage.plugin",
    "maxValueBytes",
  ]) {
    t.true(paths.includes(path), `${path} is not among ${paths.join(", ")}`);
  }
  t.true(paths.length >= 6);
});

test.serial("open() rejects for a storage that names no plugin, and says what was meant", async (t) => {
  const error = await t.throwsAsync(Stockpile.open(makeConfig({ storage: { plugin: "stedy" } }), SILENT), {
    instanceOf: ConfigError,
  });
  t.deepEqual(
    error.issues.map(({ path }) => path),
    ["storage.plugin"],
  );
  t.regex(error.issues[0]?.message ?? "", /steady/);
});

test.serial("open() rejects for a storage that names a backend its plugin does not have", async (t) => {
  const categories = { skin: { storage: { plugin: "steady", backend: "lost" } } };
  const error = await t.throwsAsync(Stockpile.open(makeConfig({ categories }), SILENT), {
    instanceOf: ConfigError,
  });
  t.is(error.issues.length, 1);
  t.is(error.issues[0]?.path, "categories.skin.storage");
  t.regex(error.issues[0]?.message ?? "", /expected storage backend "lost"/);
});

for (const [what, source] of [
  ["a number", 7],
  ["null", null],
  ["a file that is not there", "no-such-file.json"],
] as [string, never][]) {
  test.serial(`open() rejects for ${what} as configuration`, async (t) => {
    await t.throwsAsync(Stockpile.open(source, SILENT), { instanceOf: ConfigError });
  });
}

for (const [options, message] of [
  [null, "expected an object: received null"],
  ["silent", 'expected an object: received "silent"'],
  [
    { loger: 1 },
    'expected only logger, clock, serverSchema, mojangSchema: received "loger" (did you mean "logger"?)',
  ],
  [
    { logger: console },
    'expected "logger" to be an object with the methods child, bindings, trace, debug, info, warn, error, fatal: received one without child, bindings, fatal',
  ],
  [
    { clock: {} },
    'expected "clock" to be an object with the methods now, monotonic, schedule: received one without now, monotonic, schedule',
  ],
  [{ clock: 5 }, 'expected "clock" to be an object with the methods now, monotonic, schedule: received 5'],
  [
    { serverSchema: {} },
    'expected "serverSchema" to be an object with the methods safeParseAsync: received one without safeParseAsync',
  ],
] as [never, string][]) {
  test.serial(`open() rejects: ${message}`, async (t) => {
    await t.throwsAsync(Stockpile.open(makeConfig(), options), {
      instanceOf: TypeError,
      message: `Cannot use options of open(): ${message}`,
    });
  });
}

test.serial("open() takes an option that is undefined as left out", async (t) => {
  const options = { ...SILENT, clock: undefined, serverSchema: undefined } as never;
  const stockpile = await Stockpile.open(makeConfig(), options);
  t.teardown(() => stockpile.close());
  t.is(stockpile.health().status, "ok");
});

const FAILING = `export const metadata = { name: "F", version: "1.0.0" };
export function initializePlugin() { throw new Error("no connection"); }`;

test.serial(
  "open() rejects when a required plugin fails its first start, and leaves nothing running",
  async (t) => {
    const plugin = new TemporaryPlugin(FAILING);
    t.teardown(() => plugin.remove());
    const plugins = {
      steady: { module: STEADY, limits: LIMITS },
      failing: { module: plugin.url, startup: "required", limits: LIMITS },
    };
    await t.throwsAsync(Stockpile.open(makeConfig({ plugins }), SILENT), {
      instanceOf: PluginLoadError,
      message: /no connection/,
    });
  },
);

test.serial("open() waits for an optional plugin's first start, and goes on without it", async (t) => {
  const plugin = new TemporaryPlugin(FAILING);
  t.teardown(() => plugin.remove());
  const plugins = {
    steady: { module: STEADY, limits: LIMITS, startup: "required" },
    failing: { module: plugin.url, limits: LIMITS, restart: { backoff: "30s", maxBackoff: "30s" } },
  };
  const stockpile = await open(t, { plugins });
  const { status, plugins: health, at } = stockpile.health();
  t.is(status, "degraded");
  t.true(Math.abs(at - Date.now()) < 60_000);
  t.deepEqual(
    health.map(({ name, state }) => [name, state]),
    [
      ["steady", "ready"],
      ["failing", "restarting"],
    ],
  );
  await stockpile.plugins.stop("steady");
  t.is(stockpile.health().status, "down");
  await stockpile.plugins.start("steady");
  t.is(stockpile.health().status, "degraded");
});

test.serial(
  "on() tells of changes of state until it is taken off, and what a listener throws ends nothing",
  async (t) => {
    const stockpile = await open(t);
    const states: string[] = [];
    const off = stockpile.on("plugin", ({ plugin, previous, state }) => {
      states.push(`${plugin} ${previous} ${state}`);
      throw new Error("on purpose");
    });
    await stockpile.plugins.restart("steady");
    t.deepEqual(states, ["steady ready starting", "steady starting ready"]);
    off();
    await stockpile.plugins.restart("steady");
    t.is(states.length, 2);
    t.throws(() => stockpile.on("plugins" as never, () => {}), {
      instanceOf: TypeError,
      message: 'Cannot listen: expected "plugin", "reload", "queue" or "failure": received "plugins"',
    });
    t.throws(() => stockpile.on("plugin", 5 as never), {
      instanceOf: TypeError,
      message: "Cannot listen: expected a function: received 5",
    });
  },
);

test.serial("plugins rejects for an unknown name", async (t) => {
  const stockpile = await open(t);
  await t.throwsAsync(stockpile.plugins.restart("redis"), {
    instanceOf: PluginUnavailableError,
    message: 'There is no plugin "redis": expected one of "steady"',
  });
});

test.serial("close() ends everything once, and answers the same again", async (t) => {
  const stockpile = await open(t);
  const players = stockpile.category("player");
  const closing = stockpile.close();
  t.is(stockpile.close(), closing);
  t.deepEqual(await closing, { abandonedThreads: 0, undelivered: 0 });
  t.deepEqual(await stockpile.close(), { abandonedThreads: 0, undelivered: 0 });
  await t.throwsAsync(players.get("k"), { instanceOf: ClosedError });
  await t.throwsAsync(players.set("k", 1), { instanceOf: ClosedError });
  t.throws(() => stockpile.category("player"), { instanceOf: ClosedError });
  t.throws(() => stockpile.category("skin"), { instanceOf: ClosedError });
  await t.throwsAsync(stockpile.plugins.restart("steady"), { instanceOf: ClosedError });
  await t.throwsAsync(stockpile.plugins.start("steady"), { instanceOf: ClosedError });
  await t.notThrowsAsync(stockpile.plugins.stop("steady"));
  t.like(stockpile.health().plugins[0], { state: "stopped" });
});

test.serial("close() called by a listener of its own events answers the same", async (t) => {
  const stockpile = await open(t);
  const answers = new Set<unknown>();
  stockpile.on("plugin", () => answers.add(stockpile.close()));
  const closing = stockpile.close();
  await closing;
  t.is(answers.size, 1);
  t.true(answers.has(closing));
});

test.serial("A Stockpile is closed at the end of a block that disposes of it", async (t) => {
  let left: Stockpile;
  {
    await using stockpile = await Stockpile.open(makeConfig(), SILENT);
    left = stockpile;
    t.is(stockpile.health().status, "ok");
  }
  t.throws(() => left.category("player"), { instanceOf: ClosedError });
});

test.serial(
  "serverConfig is what the configuration says of the server, checked where a schema is given",
  async (t) => {
    const config = makeConfig({ server: { port: 8080 } });
    const taken = await Stockpile.open(config, SILENT);
    t.teardown(() => taken.close());
    t.deepEqual(taken.serverConfig, { port: 8080 });
    const serverSchema = z.strictObject({ port: z.string() });
    const error = await t.throwsAsync(Stockpile.open(config, { ...SILENT, serverSchema }), {
      instanceOf: ConfigError,
    });
    t.is(error.issues[0]?.path, "server.port");
  },
);
