import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test, { type ExecutionContext } from "ava";
import { z } from "zod";
import { ConfigError } from "../../../src/contract/errors.js";
import { loadConfig, type LoadConfigOptions } from "../../../src/host/config/load-config.js";
import { BUILT_IN_MEMORY } from "./built-in-memory.js";
import { makeFolder } from "./make-folder.js";

const FILES = {
  ...BUILT_IN_MEMORY,
  "node_modules/redis-plugin/package.json": JSON.stringify({ name: "redis-plugin", exports: "./main.js" }),
  "node_modules/redis-plugin/main.js": "",
  "plugins/local.mjs": "/* @stockpile protocol 1 */",
  "plugins/disk/package.json": JSON.stringify({ main: "main.mjs", stockpile: { protocol: 2 } }),
  "plugins/disk/main.mjs": "",
};

/** The mistakes of a configuration, as `path: message`, in a folder with the files above. */
async function mistakesOf(
  t: ExecutionContext,
  config: unknown,
  options: LoadConfigOptions = {},
): Promise<string[]> {
  const cwd = options.cwd ?? (await makeFolder(t, FILES));
  // Past the type of the first parameter, as JavaScript callers can.
  const loading = Reflect.apply(loadConfig, undefined, [config, { env: {}, ...options, cwd }]);
  const error = await t.throwsAsync(loading, { instanceOf: ConfigError });
  return error?.issues.map(({ path, message }) => `${path}: ${message.replaceAll(cwd, "DIR")}`) ?? [];
}

test("loadConfig() starts the built-in memory plugin where nothing is said", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const config = await loadConfig({}, { cwd });
  t.is(config.source, "object");
  t.is(config.directory, cwd);
  t.deepEqual([...config.plugins.keys()], ["memory"]);
  const file = join(cwd, "node_modules/@stockpile/plugin-memory/main.js");
  t.like(config.plugins.get("memory"), { name: "memory", file, url: pathToFileURL(file).href, protocol: 1 });
  t.deepEqual(config.storage, {
    plugin: "memory",
    backend: undefined,
    parameters: {},
    parametersKey: "default",
  });
  t.is(config.categories.size, 0);
  t.is(config.maxValueBytes, 8_388_608);
  t.is(config.server, undefined);
});

test("loadConfig() reads a file, byte order mark or not, relative to it", async (t) => {
  const config = { pluginDirectory: "../plugins", storage: { plugin: "local" } };
  const cwd = await makeFolder(t, {
    ...FILES,
    "etc/stockpile.json": JSON.stringify(config),
    "etc/bom.json": `\uFEFF${JSON.stringify(config)}`,
  });
  for (const source of ["etc/stockpile.json", "etc/bom.json", join(cwd, "etc/stockpile.json")]) {
    const loaded = await loadConfig(source, { cwd });
    t.is(loaded.source, source);
    t.is(loaded.directory, join(cwd, "etc"));
    t.is(loaded.plugins.get("local")?.file, join(cwd, "plugins/local.mjs"));
  }
});

test("loadConfig() finds every plugin's module: its own first, then the directory's, then the built-in", async (t) => {
  const cwd = await makeFolder(t, { ...FILES, "own/disk.mjs": "" });
  const { plugins } = await loadConfig(
    {
      pluginDirectory: "plugins",
      plugins: {
        redis: { module: "redis-plugin", startup: "required" },
        local: { options: { a: 1 } },
        disk: { module: "./own/disk.mjs" },
        memory: { limits: { call: "1s" } },
      },
      storage: { plugin: "redis" },
    },
    { cwd },
  );
  t.deepEqual(
    [...plugins].map(([name, { file }]) => [name, file]),
    [
      ["redis", join(cwd, "node_modules/redis-plugin/main.js")],
      ["local", join(cwd, "plugins/local.mjs")],
      ["disk", join(cwd, "own/disk.mjs")],
      ["memory", join(cwd, "node_modules/@stockpile/plugin-memory/main.js")],
    ],
  );
  t.is(plugins.get("redis")?.startup, "required");
  t.deepEqual(plugins.get("local")?.options, { a: 1 });
  t.is(plugins.get("memory")?.limits.callMs, 1000);
});

test("loadConfig() starts plugins of the directory after the listed ones, with defaults", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const { plugins } = await loadConfig({ pluginDirectory: "plugins", plugins: { local: {} } }, { cwd });
  t.deepEqual([...plugins.keys()], ["local", "disk", "memory"]);
  t.like(plugins.get("disk"), { protocol: 2, startup: "optional", options: {}, isolation: "thread" });
});

test("loadConfig() leaves the built-in plugin out where no storage needs it", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const storage = { plugin: "local" };
  const without = await loadConfig({ pluginDirectory: "plugins", storage }, { cwd });
  t.deepEqual([...without.plugins.keys()], ["disk", "local"]);
  const categories = { player: { storage: { plugin: "memory" } } };
  const named = await loadConfig({ pluginDirectory: "plugins", storage, categories }, { cwd });
  t.deepEqual([...named.plugins.keys()], ["disk", "local", "memory"]);
});

test("loadConfig() takes plugins named like inherited properties", async (t) => {
  const cwd = await makeFolder(t, { ...BUILT_IN_MEMORY, "plugins/constructor.mjs": "" });
  const { plugins } = await loadConfig({ pluginDirectory: "plugins" }, { cwd });
  t.deepEqual(plugins.get("constructor")?.options, {});
  t.is(plugins.get("constructor")?.limits.callMs, 500);
});

test("loadConfig() answers what is said of categories and nothing else", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const { categories } = await loadConfig(
    {
      categories: {
        player: { ttl: "1h", loadTimeout: 50, near: { bytes: 5 } },
        skin: { onReadError: "throw", near: false },
      },
    },
    { cwd },
  );
  t.deepEqual(
    [...categories.values()],
    [
      { name: "player", ttlMs: 3_600_000, loadTimeoutMs: 50, near: { bytes: 5 } },
      { name: "skin", onReadError: "throw", near: false },
    ],
  );
});

test("loadConfig() answers the near cache of categories that say nothing of theirs", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const near = { entries: 10_000, bytes: 67_108_864, values: "freeze" };
  t.deepEqual((await loadConfig({}, { cwd })).near, near);
  t.deepEqual((await loadConfig({ near: { entries: 1 } }, { cwd })).near, { ...near, entries: 1 });
  t.is((await loadConfig({ near: false }, { cwd })).near, false);
});

test("loadConfig() puts environment variables in and masks them", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const source = { storage: { plugin: "${env:STORE}", parameters: { password: "x-${env:PASSWORD}" } } };
  const before = structuredClone(source);
  const config = await loadConfig(source, { cwd, env: { STORE: "memory", PASSWORD: "s3cret" } });
  t.is(config.storage.plugin, "memory");
  t.deepEqual(config.storage.parameters, { password: "x-s3cret" });
  t.is(config.secrets.mask("password x-s3cret"), "password x-***");
  t.deepEqual(source, before);
});

test("loadConfig() reads process.env by default", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const { PATH = "" } = process.env;
  const config = await loadConfig({ plugins: { memory: { options: "${env:PATH}" } } }, { cwd });
  t.is(config.plugins.get("memory")?.options, PATH);
});

test("loadConfig() hands over server as it is, or as the given schema makes it", async (t) => {
  const cwd = await makeFolder(t, FILES);
  t.deepEqual((await loadConfig({ server: { port: 1 } }, { cwd })).server, { port: 1 });
  const serverSchema = z.strictObject({ port: z.int().default(8080) }).prefault({});
  t.deepEqual((await loadConfig({}, { cwd, serverSchema })).server, { port: 8080 });
  t.deepEqual(await mistakesOf(t, { server: { port: "x", hots: 1 }, near: true }, { serverSchema, cwd }), [
    "near: expected false or an object: received true",
    'server.port: expected a number: received "x"',
    "server.hots: unknown key: expected one of port",
  ]);
});

test("loadConfig() completes messages of a server's schema, and takes others as they are", async (t) => {
  const serverSchema = z.object({
    name: z.string().min(2),
    url: z.url(),
    tag: z.string().regex(/^v/),
    port: z.int().max(65_535),
    mode: z.enum(["a", "b"]),
    hosts: z.array(z.string()).min(1),
    rate: z.number().gt(0),
    own: z.string("must be a name"),
    even: z.number().multipleOf(2),
    password: z.string("expected the password"),
  });
  const server = {
    name: "x",
    url: "x",
    tag: "x",
    port: 70_000,
    mode: "c",
    hosts: [],
    rate: 0,
    own: 5,
    even: 1,
  };
  t.deepEqual(await mistakesOf(t, { server }, { serverSchema }), [
    'server.name: expected at least 2 characters: received "x"',
    'server.url: expected the form of url: received "x"',
    'server.tag: expected text that matches /^v/: received "x"',
    "server.port: expected at most 65535: received 70000",
    'server.mode: expected "a" or "b": received "c"',
    "server.hosts: expected at least 1 items: received []",
    "server.rate: expected more than 0: received 0",
    "server.own: must be a name",
    "server.even: Invalid number: must be a multiple of 2",
    "server.password: expected the password: received nothing",
  ]);
});

const WRONG: readonly (readonly [string, object, readonly string[]])[] = [
  ["an array", [], ["(: expected an object: received []"]],
  [
    "unknown keys, with the nearest known one",
    { plugin: {}, xyz: 1 },
    [
      'plugin: unknown key: did you mean "plugins"?',
      "xyz: unknown key: expected one of $schema, pluginDirectory, plugins, storage, near, categories, maxValueBytes, crashReports, server, mojang",
    ],
  ],
  [
    "what is no near cache, key by key where it is an object",
    {
      near: { entries: 0, byte: 5 },
      categories: { a: { near: true }, b: { near: { bytes: "1", value: 1, values: "frozen" } } },
    },
    [
      "near.entries: expected a whole number from 1 to 16777216: received 0",
      'near.byte: unknown key: did you mean "bytes"?',
      "categories.a.near: expected false or an object: received true",
      'categories.b.near.bytes: expected a whole number from 1 to 1099511627776: received "1"',
      'categories.b.near.values: expected "freeze" or "clone" or "share": received "frozen"',
      'categories.b.near.value: unknown key: did you mean "values"?',
    ],
  ],
  [
    "unknown keys at several levels, each with what is known there",
    { xyz: 1, categories: { a: { near: { xyz: 1 } }, b: { near: { xyz: 1 } } } },
    [
      "categories.a.near.xyz: unknown key: expected one of entries, bytes, values",
      "categories.b.near.xyz: unknown key: expected one of entries, bytes, values",
      "xyz: unknown key: expected one of $schema, pluginDirectory, plugins, storage, near, categories, maxValueBytes, crashReports, server, mojang",
    ],
  ],
  [
    "times of a category that are wrong",
    {
      categories: {
        a: { grace: -1, refreshAhead: "x", negativeTtl: null, loadSoftTimeout: 0, onWriteError: "miss" },
      },
    },
    [
      "categories.a.grace: expected a duration of 0 or more: received -1",
      'categories.a.refreshAhead: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received "x"',
      'categories.a.negativeTtl: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received null',
      "categories.a.loadSoftTimeout: expected a duration above 0: received 0",
      'categories.a.onWriteError: expected "queue" or "ignore" or "throw": received "miss"',
    ],
  ],
  [
    "times of a category that do not go together",
    {
      categories: {
        a: { ttl: "1m", refreshAhead: "60s", loadTimeout: "1s", loadSoftTimeout: 1001 },
        b: { ttl: 0, refreshAhead: 0, loadTimeout: 0, loadSoftTimeout: 1 },
        c: { ttl: 1, refreshAhead: 0, loadTimeout: 5, loadSoftTimeout: 5 },
        d: { refreshAhead: "1d", loadSoftTimeout: "1d" },
      },
    },
    [
      "categories.b.ttl: expected a duration above 0: received 0",
      "categories.b.loadTimeout: expected a duration above 0: received 0",
      'categories.a.refreshAhead: expected less than ttl, "1m": received "60s"',
      'categories.a.loadSoftTimeout: expected at most loadTimeout, "1s": received 1001',
    ],
  ],
  [
    "another kind of isolation",
    { plugins: { memory: { isolation: "fork" } } },
    ['plugins.memory.isolation: expected "thread" or "process": received "fork"'],
  ],
  [
    "limits of 0",
    { plugins: { memory: { limits: { start: 0, memoryMb: 0, inFlightCalls: 1.5 } } } },
    [
      "plugins.memory.limits.start: expected a duration above 0: received 0",
      "plugins.memory.limits.memoryMb: expected a whole number from 1 to 1048576: received 0",
      "plugins.memory.limits.inFlightCalls: expected a whole number from 1 to 1000000: received 1.5",
    ],
  ],
  [
    "too little memory for a process",
    {
      plugins: {
        memory: { isolation: "process", limits: { memoryMb: 64 } },
        disk: { module: "@stockpile/plugin-memory", isolation: "thread", limits: { memoryMb: 64 } },
      },
    },
    [
      "plugins.memory.limits.memoryMb: expected at least 96 in a process, where Node itself counts: received 64",
    ],
  ],
  [
    "a backoff above its maximum",
    { plugins: { memory: { restart: { backoff: "2m", maxBackoff: "1m" } } } },
    ['plugins.memory.restart.backoff: expected at most maxBackoff, "1m": received "2m"'],
  ],
  [
    "a maximum below the default backoff",
    { plugins: { memory: { restart: { maxBackoff: 50 } } } },
    ["plugins.memory.restart.maxBackoff: expected at least backoff, 100 ms by default: received 50"],
  ],
  [
    "too few bytes for the largest value",
    { plugins: { memory: { limits: { inFlightBytes: 100 } } }, maxValueBytes: 101 },
    ["plugins.memory.limits.inFlightBytes: expected at least maxValueBytes, 101: received 100"],
  ],
  [
    "too large a largest value",
    { maxValueBytes: 67_108_865 },
    [
      "maxValueBytes: expected at most limits.inFlightBytes of plugin memory, 67108864 by default: received 67108865",
    ],
  ],
  [
    "bad names, and looks into what they name",
    {
      plugins: { "A b": { limits: { call: "x" } } },
      categories: { _a: { ttl: "10m", ttll: 1 }, ["a".repeat(65)]: {} },
    },
    [
      'plugins["A b"].limits.call: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received "x"',
      'categories._a.ttll: unknown key: did you mean "ttl"?',
      'plugins["A b"].module: expected a package name, a path or a file: URL (plugin "A b" is neither in a plugin directory nor built in): received nothing',
      'plugins["A b"]: expected a name of at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first: received "A b"',
      'categories._a: expected a name of at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first: received "_a"',
      `categories["${"a".repeat(64)}…"]: expected a name of at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first: received "${"a".repeat(59)}…"`,
    ],
  ],
  [
    "a storage without a plugin, and one with an unknown one",
    {
      storage: {},
      categories: { a: { storage: { plugin: "memroy", backend: "" } }, b: { storage: { plugin: "" } } },
    },
    [
      "storage.plugin: expected the name of a plugin: received nothing",
      'categories.a.storage.backend: expected the id of a backend: at most 64 of A-Z, a-z, 0-9, ".", "_" and "-": received ""',
      'categories.a.storage.plugin: expected one of file, memory: received "memroy" (did you mean "memory"?)',
      'categories.b.storage.plugin: expected one of file, memory: received ""',
    ],
  ],
  [
    "modules that are not there",
    { plugins: { a: { module: "./a.mjs" }, b: {}, c: { module: "" } } },
    [
      'plugins.c.module: expected a package name, a path or a file: URL: received ""',
      'plugins.b.module: expected a package name, a path or a file: URL (plugin "b" is neither in a plugin directory nor built in): received nothing',
      "plugins.a.module: cannot find DIR/a.mjs",
    ],
  ],
  ["a plugin that is no object, once", { plugins: { a: 5 } }, ["plugins.a: expected an object: received 5"]],
  [
    "a plugin directory that is not there, without blaming what may be in it",
    { pluginDirectory: "none", plugins: { a: {} }, storage: { plugin: "b" } },
    ["pluginDirectory: expected a readable folder at DIR/none: there is none"],
  ],
  [
    "values that are not JSON",
    { plugins: { memory: { options: { f: () => 5 } } }, near: undefined, maxValueBytes: 5n },
    [
      "plugins.memory.options.f: expected JSON data: received a function",
      "maxValueBytes: expected JSON data: received 5n",
    ],
  ],
];

for (const [what, config, mistakes] of WRONG) {
  test(`loadConfig() refuses ${what}`, async (t) => {
    t.deepEqual(
      await mistakesOf(t, config),
      mistakes.map((mistake) => mistake.replace(/^\(: /, ": ")),
    );
  });
}

test("loadConfig() reports every broken plugin of the directory, and storages that name none", async (t) => {
  const cwd = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    "plugins/Bad.mjs": "",
    "plugins/empty/package.json": "{}",
    "plugins/listed/package.json": "{}",
  });
  await symlink(join(cwd, "nowhere"), join(cwd, "plugins/gone.mjs"));
  const config = { pluginDirectory: "plugins", plugins: { listed: {} }, storage: { plugin: "bad" } };
  const fallbacks = "index.js or index.mjs or main.js or main.mjs";
  t.deepEqual(await mistakesOf(t, config, { cwd }), [
    'pluginDirectory: expected DIR/plugins/Bad.mjs to be named by at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first: received "Bad"',
    'storage.plugin: expected one of listed, empty, gone, file, memory: received "bad"',
    `plugins.listed.module: expected in the folder DIR/plugins/listed ${fallbacks}: found none`,
    `pluginDirectory: expected in the folder DIR/plugins/empty ${fallbacks}: found none`,
    "pluginDirectory: cannot find DIR/plugins/gone.mjs",
  ]);
});

test("loadConfig() does not show the directory's path where the environment names it", async (t) => {
  const cwd = await makeFolder(t, { "my plugins/a/package.json": "{}" });
  const [mistake] = await mistakesOf(
    t,
    { pluginDirectory: "./${env:D}" },
    { cwd, env: { D: "x/..//my plugins" } },
  );
  t.regex(mistake ?? "", /^pluginDirectory: expected in the folder \.\/\*\*\*\/a index\.js/);
});

test("loadConfig() reports mistakes of all stages together, an unset variable once", async (t) => {
  const mistakes = await mistakesOf(t, {
    pluginDirectory: "${env:DIRECTORY}",
    plugins: {
      redis: { module: "${env:MODULE}", limits: { call: "${env:CALL}" }, options: { f: Symbol("x") } },
      a: { module: "./a.mjs" },
    },
    storage: { plugin: "${env:STORE}" },
    nera: false,
  });
  t.deepEqual(mistakes, [
    "plugins.redis.options.f: expected JSON data: received a symbol",
    "pluginDirectory: expected environment variable DIRECTORY to be set: received nothing",
    "plugins.redis.module: expected environment variable MODULE to be set: received nothing",
    "plugins.redis.limits.call: expected environment variable CALL to be set: received nothing",
    "storage.plugin: expected environment variable STORE to be set: received nothing",
    'nera: unknown key: did you mean "near"?',
    "plugins.a.module: cannot find DIR/a.mjs",
  ]);
});

test("loadConfig() lists the mistakes of a file in its order, each with its line", async (t) => {
  const cwd = await makeFolder(t, {
    ...FILES,
    "stockpile.json": `{
  "plugins": {
    "redis": {
      "limits": { "call": "fast" },
      "module": "./redis.mjs"
    }
  },
  "categories": {
    "player": { "ttl": "10m", "ttl": "10 m" },
    "skin": { "storage": {} }
  }
}`,
  });
  const error = await t.throwsAsync(loadConfig("stockpile.json", { cwd }), { instanceOf: ConfigError });
  t.is(
    error?.message,
    [
      "Cannot use configuration stockpile.json: 5 mistakes",
      '  plugins.redis.limits.call: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received "fast" (line 4)',
      `  plugins.redis.module: cannot find ${join(cwd, "redis.mjs")} (line 5)`,
      '  categories.player.ttl: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received "10 m" (line 9)',
      "  categories.player.ttl: key is there twice (line 9)",
      "  categories.skin.storage.plugin: expected the name of a plugin: received nothing (line 10)",
    ].join("\n"),
  );
});

test("loadConfig() refuses what it cannot look into", async (t) => {
  const cwd = await makeFolder(t, {
    "broken.json": '{\n  "near": false,\n}\n',
    "large.json": `{"$schema": "${"x".repeat(1_048_576)}"}`,
    "list.json": "[]",
    "empty/readme.md": "",
  });
  const refused: [string, string][] = [
    ["none.json", ": expected a JSON file at DIR/none.json: there is none"],
    ["list.json/a", ": expected a JSON file at DIR/list.json/a: a part of the path is not a folder"],
    ["empty", ": expected *.json files in the folder DIR/empty: found none"],
    ["a\0b", ": expected a JSON file at DIR/a\0b: the path has a null character"],
    ["/dev/null", ": expected a JSON file: /dev/null is no regular file"],
    ["large.json", ": expected a file of at most 1048576 bytes: received 1048591"],
    [
      "broken.json",
      ': line 3, column 1: expected a key in double quotation marks: found "}" (JSON has no comma after the last)',
    ],
  ];
  for (const [source, mistake] of refused) {
    t.deepEqual(await mistakesOf(t, source, { cwd }), [mistake]);
  }
  for (const source of [undefined, null, 5, () => 5]) {
    const [mistake] = await mistakesOf(t, source, { cwd });
    t.regex(
      mistake ?? "",
      /^: expected the path of a JSON file or of a folder of them, or an object: received /,
    );
  }
});

test("loadConfig() refuses a file that is not UTF-8", async (t) => {
  const cwd = await makeFolder(t);
  await writeFile(join(cwd, "utf16.json"), Buffer.from("\uFEFF{}", "utf16le"));
  t.deepEqual(await mistakesOf(t, "utf16.json", { cwd }), [
    ": expected JSON in UTF-8: received bytes that are not UTF-8",
  ]);
});

test("loadConfig() shows no secret in a mistake, however it got there", async (t) => {
  const secret = 's3cret/"x" {}'.repeat(8);
  const env = { SECRET: secret };
  const mistakes = await mistakesOf(
    t,
    {
      pluginDirectory: "${env:SECRET}",
      plugins: {
        memory: {
          module: "./${env:SECRET}",
          startup: "${env:SECRET}",
          limits: { call: `${"x".repeat(50)}\${env:SECRET}` },
        },
        a: { module: "${env:SECRET}" },
      },
      storage: { plugin: "${env:SECRET}" },
      near: { deep: ["${env:SECRET}"] },
    },
    { env },
  );
  t.is(mistakes.length, 6, mistakes.join("\n"));
  for (const mistake of mistakes) t.notRegex(mistake, /s3c/);
});
