import test from "ava";
import { ConfigError } from "../../src/contract/errors.js";
import { jsonCodec } from "../../src/host/cache/json-codec.js";
import {
  DEFAULT_LOAD_TIMEOUT_MS,
  DEFAULT_ON_READ_ERROR,
  DEFAULT_TTL_MS,
} from "../../src/host/config/defaults.js";
import { resolveCategory } from "../../src/host/resolve-category.js";

const load = (): string => "loaded";

test("resolveCategory() fills in what neither configuration nor code says", (t) => {
  t.like(resolveCategory("player", undefined, {}), {
    name: "player",
    ttlMs: DEFAULT_TTL_MS,
    loadTimeoutMs: DEFAULT_LOAD_TIMEOUT_MS,
    onReadError: DEFAULT_ON_READ_ERROR,
    codec: jsonCodec,
    load: undefined,
  });
});

test("resolveCategory() takes what the code says where the configuration says nothing", (t) => {
  const codec = { name: "own", encode: () => new Uint8Array(0), decode: () => "" };
  const options = { ttl: "5m", loadTimeout: 250, onReadError: "throw", codec, load } as const;
  t.like(resolveCategory("player", { name: "player" }, options), {
    ttlMs: 300_000,
    loadTimeoutMs: 250,
    onReadError: "throw",
    codec,
    load,
  });
});

test("resolveCategory() lets the configuration outrank the code", (t) => {
  const config = { name: "player", ttlMs: 1000, loadTimeoutMs: 2000, onReadError: "miss" } as const;
  const options = { ttl: "5m", loadTimeout: "1s", onReadError: "throw", load } as const;
  t.like(resolveCategory("player", config, options), {
    ttlMs: 1000,
    loadTimeoutMs: 2000,
    onReadError: "miss",
    load,
  });
});

const CONFIG = { name: "player", ttlMs: 1000, loadTimeoutMs: 2000, onReadError: "miss" } as const;

for (const [options, path, message] of [
  [{ tll: "5m" }, "tll", 'unknown option: did you mean "ttl"?'],
  [{ grace: "5m" }, "grace", "unknown option: expected one of ttl, load, loadTimeout, onReadError, codec"],
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
] as [never, string, string | RegExp][]) {
  for (const config of [undefined, CONFIG]) {
    const where = config === undefined ? "alone" : "also where the configuration outranks them";
    test(`resolveCategory() refuses options ${JSON.stringify(options)}, ${where}`, (t) => {
      const error = t.throws(() => resolveCategory("player", config, options), { instanceOf: ConfigError });
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
  const options = { ttl: 0, loadTimeout: 0, onReadError: 1, codec: 2, load: 3, more: 4 } as never;
  const error = t.throws(() => resolveCategory("player", undefined, options), { instanceOf: ConfigError });
  t.deepEqual(error.issues.map(({ path }) => path.replace("categories.player.", "")).toSorted(), [
    "codec",
    "load",
    "loadTimeout",
    "more",
    "onReadError",
    "ttl",
  ]);
});
