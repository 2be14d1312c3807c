import test from "ava";
import { z } from "zod";
import { ConfigError } from "../../src/contract/errors.js";
import type { CategoryOptions } from "../../src/host/cache/category-options.js";
import { jsonCodec } from "../../src/host/cache/json-codec.js";
import type { CategoryConfig, Config, NearLimits } from "../../src/host/config/config.js";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_LOAD_TIMEOUT_MS,
  DEFAULT_NEAR_BYTES,
  DEFAULT_NEAR_ENTRIES,
  DEFAULT_NEAR_VALUES,
  DEFAULT_NEGATIVE_TTL_MS,
  DEFAULT_ON_READ_ERROR,
  DEFAULT_ON_WRITE_ERROR,
  DEFAULT_REFRESH_AHEAD_MS,
  DEFAULT_TTL_MS,
} from "../../src/host/config/defaults.js";
import { resolveCategory, type CategoryPolicy } from "../../src/host/resolve-category.js";

const load = (): string => "loaded";
const loadMany = (keys: readonly string[]): string[] => keys.map(load);

const DEFAULT_NEAR: NearLimits = {
  entries: DEFAULT_NEAR_ENTRIES,
  bytes: DEFAULT_NEAR_BYTES,
  values: DEFAULT_NEAR_VALUES,
};

/** What comes of the options where the configuration says this of the category, and this of `near` at the top. */
function resolve(
  options: unknown,
  said?: Omit<CategoryConfig, "name">,
  near: Config["near"] = DEFAULT_NEAR,
): CategoryPolicy<unknown> {
  const categories = new Map(said === undefined ? [] : [["player", { name: "player", ...said }]]);
  // Past the type of the options, as JavaScript callers can.
  return resolveCategory("player", { categories, near }, options as CategoryOptions<unknown>);
}

test("resolveCategory() fills in what neither configuration nor code says", (t) => {
  t.deepEqual(resolve({}), {
    name: "player",
    ttlMs: DEFAULT_TTL_MS,
    graceMs: DEFAULT_GRACE_MS,
    refreshAheadMs: DEFAULT_REFRESH_AHEAD_MS,
    negativeTtlMs: DEFAULT_NEGATIVE_TTL_MS,
    loadTimeoutMs: DEFAULT_LOAD_TIMEOUT_MS,
    loadSoftTimeoutMs: Infinity,
    onReadError: DEFAULT_ON_READ_ERROR,
    onWriteError: DEFAULT_ON_WRITE_ERROR,
    near: DEFAULT_NEAR,
    codec: jsonCodec,
    schema: undefined,
    load: undefined,
    loadMany: undefined,
  });
});

const codec = { name: "own", encode: () => new Uint8Array(0), decode: () => "" };
const schema = z.string();

const OPTIONS = {
  ttl: "5m",
  grace: "1h",
  refreshAhead: "30s",
  negativeTtl: 0,
  loadTimeout: 250,
  loadSoftTimeout: "200ms",
  onReadError: "throw",
  onWriteError: "ignore",
  near: { entries: 5, values: "clone" },
  codec,
  schema,
  load,
  loadMany,
} as const;

/** What {@link OPTIONS} say. */
const RESOLVED: CategoryPolicy<unknown> = {
  name: "player",
  ttlMs: 300_000,
  graceMs: 3_600_000,
  refreshAheadMs: 30_000,
  negativeTtlMs: 0,
  loadTimeoutMs: 250,
  loadSoftTimeoutMs: 200,
  onReadError: "throw",
  onWriteError: "ignore",
  near: { entries: 5, bytes: DEFAULT_NEAR_BYTES, values: "clone" },
  codec,
  schema,
  load,
  loadMany,
};

test("resolveCategory() takes what the code says where the configuration says nothing", (t) => {
  t.deepEqual(resolve(OPTIONS), RESOLVED);
  t.deepEqual(resolve(OPTIONS, {}), RESOLVED);
});

const CONFIG = {
  ttlMs: 600_000,
  graceMs: 0,
  refreshAheadMs: 0,
  negativeTtlMs: 1000,
  loadTimeoutMs: 2000,
  loadSoftTimeoutMs: 1500,
  onReadError: "miss",
  onWriteError: "throw",
  near: { entries: 7, bytes: 8 },
} as const;

test("resolveCategory() lets the configuration outrank the code, one by one", (t) => {
  t.deepEqual(resolve(OPTIONS, CONFIG), {
    ...RESOLVED,
    ...CONFIG,
    near: { entries: 7, bytes: 8, values: "clone" },
  });
  for (const key of ["ttlMs", "graceMs", "negativeTtlMs", "onReadError", "onWriteError"] as const) {
    t.deepEqual(resolve(OPTIONS, { [key]: CONFIG[key] }), { ...RESOLVED, [key]: CONFIG[key] });
  }
});

test("resolveCategory() takes an option that is undefined for one that is left out", (t) => {
  const options = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, undefined]));
  t.deepEqual(resolve(options), resolve({}));
  t.deepEqual(resolve({ near: { entries: undefined } }).near, DEFAULT_NEAR);
});

const TOP: NearLimits = { entries: 1, bytes: 2, values: "share" };

for (const [what, top, code, config, near] of [
  ["the top level's where nobody else says anything", TOP, undefined, undefined, TOP],
  ["none where the top level says so", false, undefined, undefined, false],
  ["none where the code says so", TOP, false, undefined, false],
  ["none where the configuration says so", TOP, { entries: 5 }, false, false],
  ["the top level's but for what the code says", TOP, { bytes: 5 }, undefined, { ...TOP, bytes: 5 }],
  [
    "the code's but for what the configuration says",
    TOP,
    { entries: 3, bytes: 3 },
    { bytes: 4 },
    { entries: 3, bytes: 4, values: "share" },
  ],
  [
    "one of the configuration's where the code says there is none",
    TOP,
    false,
    { bytes: 4 },
    { ...TOP, bytes: 4 },
  ],
  [
    "the defaults but for what the code says, where the top level has none",
    false,
    { bytes: 4 },
    undefined,
    { ...DEFAULT_NEAR, bytes: 4 },
  ],
  ["the defaults where the configuration wants one and no more is said", false, undefined, {}, DEFAULT_NEAR],
] as const) {
  test(`resolveCategory() gives a near cache: ${what}`, (t) => {
    const options = code === undefined ? {} : { near: code };
    t.deepEqual(resolve(options, config === undefined ? {} : { near: config }, top).near, near);
  });
}

test("resolveCategory() takes schemas of any library that keeps to the standard, callable ones too", (t) => {
  const standard = { version: 1, vendor: "own", validate: (value: unknown) => ({ value }) };
  for (const each of [{ "~standard": standard }, Object.assign(() => 5, { "~standard": standard })]) {
    t.true(Object.is(resolve({ schema: each }).schema, each));
  }
});

test("resolveCategory() refuses times that do not go together only where both come into force", (t) => {
  const message = "expected less than ttl, 1000 ms of configuration and code together: received 30000 ms";
  const error = t.throws(() => resolve(OPTIONS, { ttlMs: 1000 }), { instanceOf: ConfigError });
  t.deepEqual(error.issues, [{ path: "categories.player.refreshAhead", message }]);
  t.is(resolve(OPTIONS, { ttlMs: 1000, refreshAheadMs: 0 }).refreshAheadMs, 0);
  t.like(resolve(OPTIONS, { loadTimeoutMs: 100 }), { loadTimeoutMs: 100, loadSoftTimeoutMs: 200 });
});

for (const [options, path, message] of [
  [{ tll: "5m" }, "tll", 'unknown option: did you mean "ttl"?'],
  [{ storage: { plugin: "memory" } }, "storage", /^unknown option: expected one of ttl, grace, .*, codec$/],
  [{ grace: -1 }, "grace", "expected a duration of 0 or more: received -1"],
  [{ negativeTtl: NaN }, "negativeTtl", /^expected a duration .*: received NaN$/],
  [{ refreshAhead: "11y" }, "refreshAhead", /^expected a duration .*: received "11y"$/],
  [{ refreshAhead: "10m" }, "refreshAhead", 'expected less than ttl, 600000 ms by default: received "10m"'],
  [{ refreshAhead: 5, ttl: 5 }, "refreshAhead", "expected less than ttl, 5: received 5"],
  [{ loadSoftTimeout: 0 }, "loadSoftTimeout", "expected a duration above 0: received 0"],
  [
    { loadSoftTimeout: "11s" },
    "loadSoftTimeout",
    'expected at most loadTimeout, 10000 ms by default: received "11s"',
  ],
  [{ onWriteError: "miss" }, "onWriteError", 'expected "queue" or "ignore" or "throw": received "miss"'],
  [{ near: true }, "near", "expected false or an object: received true"],
  [{ near: null }, "near", "expected false or an object: received null"],
  [{ near: [] }, "near", "expected false or an object: received []"],
  [{ near: { entries: 0 } }, "near.entries", "expected a whole number from 1 to 16777216: received 0"],
  [{ near: { bytes: "1" } }, "near.bytes", /^expected a whole number .*: received "1"$/],
  [{ near: { byts: 1 } }, "near.byts", 'unknown option: did you mean "bytes"?'],
  [
    { near: { values: "frozen" } },
    "near.values",
    /^expected "freeze" or "clone" or "share": received "frozen"$/,
  ],
  [{ schema: () => true }, "schema", /^expected a Standard Schema of version 1, .*: received a function$/],
  [{ schema: { "~standard": { version: 2, validate: load } } }, "schema", /^expected a Standard Schema/],
  [{ schema: { "~standard": { version: 1 } } }, "schema", /^expected a Standard Schema/],
  [{ schema: null }, "schema", /^expected a Standard Schema .*: received null$/],
  [{ loadMany: {} }, "loadMany", "expected a function: received {}"],
  [{ ttl: "5 minutes" }, "ttl", /^expected a duration .*: received "5 minutes"$/],
  [{ ttl: -1 }, "ttl", "expected a duration of 0 or more: received -1"],
  [{ ttl: 0 }, "ttl", "expected a duration above 0: received 0"],
  [{ ttl: null }, "ttl", /^expected a duration .*: received null$/],
  [{ loadTimeout: "0ms" }, "loadTimeout", 'expected a duration above 0: received "0ms"'],
  [{ loadTimeout: true }, "loadTimeout", /^expected a duration .*: received true$/],
  [{ load: "https://example.org" }, "load", 'expected a function: received "https://example.org"'],
  [{ onReadError: "ignore" }, "onReadError", 'expected "miss" or "throw": received "ignore"'],
  [{ onReadError: null }, "onReadError", 'expected "miss" or "throw": received null'],
  [{ codec: "xml" }, "codec", 'expected "json", "bytes" or an object: received "xml"'],
  [5, "", "expected an object of options: received 5"],
  [null, "", "expected an object of options: received null"],
  [[], "", "expected an object of options: received []"],
] as [unknown, string, string | RegExp][]) {
  for (const config of [undefined, CONFIG]) {
    const where = config === undefined ? "alone" : "also where the configuration outranks them";
    test(`resolveCategory() refuses options ${JSON.stringify(options)}, ${where}`, (t) => {
      const error = t.throws(() => resolve(options, config), { instanceOf: ConfigError });
      t.is(error.code, "STOCKPILE_CONFIG_INVALID");
      t.regex(error.message, /^Cannot use configuration passed to category\(\): 1 mistake\n/);
      t.deepEqual(
        error.issues.map((issue) => issue.path),
        [path === "" ? "categories.player" : `categories.player.${path}`],
      );
      const received = error.issues[0]?.message ?? "";
      if (typeof message === "string") t.is(received, message);
      else t.regex(received, message);
    });
  }
}

test("resolveCategory() lists every mistake at once", (t) => {
  const near = { entries: 0, bytes: "5", value: 6 };
  const options = { ttl: 0, loadTimeout: 0, onReadError: 1, codec: 2, load: 3, more: 4, near };
  const error = t.throws(() => resolve(options), { instanceOf: ConfigError });
  t.deepEqual(error.issues.map(({ path }) => path.replace("categories.player.", "")).toSorted(), [
    "codec",
    "load",
    "loadTimeout",
    "more",
    "near.bytes",
    "near.entries",
    "near.value",
    "onReadError",
    "ttl",
  ]);
});
